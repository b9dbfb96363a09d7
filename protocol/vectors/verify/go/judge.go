// Judges the vectors of DKP/1 with Go's crypto/ed25519, fxamacker/cbor and flynn/noise: it replays every
// handshake from its secrets and judges determinism. No line of the library runs here.
//
// Usage: GO111MODULE=off GOPATH=/usr/share/gocode go run judge.go FOLDER
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

var (
	counts   = map[string]int{}
	order    []string
	failures []string
)

func main() {
	folder := os.Args[1]
	judgeCbor(folder)
	judgeObjects(folder)
	judgeNoise(folder)
	total := 0
	for _, what := range order {
		fmt.Printf("go: %d %s\n", counts[what], what)
		total += counts[what]
	}
	for _, failure := range failures {
		fmt.Println("go: WRONG", failure)
	}
	fmt.Printf("go: %d judged, %d wrong\n", total, len(failures))
	if len(failures) > 0 {
		os.Exit(1)
	}
}

// read fills value from a vector file; a file that cannot be read ends the run.
func read(folder, name string, value interface{}) {
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err == nil {
		err = json.Unmarshal(text, value)
	}
	if err != nil {
		fmt.Println("go: WRONG", name, err)
		os.Exit(1)
	}
}

func judged(what, name string, holds bool) {
	if counts[what] == 0 {
		order = append(order, what)
	}
	counts[what]++
	if !holds {
		failures = append(failures, what+": "+name)
	}
}

// octets are written as hex in vectors.
type octets []byte

func (o *octets) UnmarshalJSON(text []byte) error {
	var digits *string
	if err := json.Unmarshal(text, &digits); err != nil || digits == nil {
		return err
	}
	decoded, err := hex.DecodeString(*digits)
	*o = decoded
	return err
}

func (o octets) is(other []byte) bool { return bytes.Equal(o, other) }
