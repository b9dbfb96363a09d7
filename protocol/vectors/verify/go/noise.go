package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"

	"github.com/flynn/noise"
)

type handshake struct {
	Id, Name                                        string
	Prologue, ResponderStatic, InitiatorStatic, Psk octets
	Ephemerals                                      []octets
	Messages                                        []struct{ Payload, Bytes octets }
	Hash                                            octets
	Device, Random, Counter                         octets
	Transport                                       []struct {
		From         string
		Plain, Bytes octets
	}
}

var patterns = map[string]noise.HandshakePattern{
	"Noise_NK_25519_ChaChaPoly_SHA256":     noise.HandshakeNK,
	"Noise_NKpsk2_25519_ChaChaPoly_SHA256": noise.HandshakeNK,
	"Noise_X_25519_ChaChaPoly_SHA256":      noise.HandshakeX,
}

func judgeNoise(folder string) {
	var file struct{ Handshakes []handshake }
	read(folder, "noise.json", &file)
	for _, h := range file.Handshakes {
		judged("handshakes", h.Id, replays(h))
	}
	var sessions struct{ Handshakes []handshake }
	read(folder, "sessions.json", &sessions)
	messages := 0
	for _, h := range sessions.Handshakes {
		judged("sessions of a lock", h.Id, h.Ephemerals[1].is(ephemeral(h)) && replays(h))
		messages += len(h.Transport)
	}
	fmt.Printf("go: %d messages in those sessions\n", messages)
}

// ephemeral is the lock's own: HKDF-SHA-256 with one block, salted with the device's secret.
func ephemeral(h handshake) []byte {
	extract := hmac.New(sha256.New, h.Device)
	extract.Write(h.Random)
	expand := hmac.New(sha256.New, extract.Sum(nil))
	expand.Write([]byte("DKP/1 e"))
	expand.Write(append(append([]byte{}, h.Counter...), 1))
	return expand.Sum(nil)
}

func keyPair(secret []byte) noise.DHKey {
	if secret == nil {
		return noise.DHKey{}
	}
	pair, _ := noise.DH25519.GenerateKeypair(bytes.NewReader(secret))
	return pair
}

// replays plays both sides from their secrets and compares every byte.
func replays(h handshake) bool {
	suite := noise.NewCipherSuite(noise.DH25519, noise.CipherChaChaPoly, noise.HashSHA256)
	responder := keyPair(h.ResponderStatic)
	config := noise.Config{CipherSuite: suite, Pattern: patterns[h.Name], Prologue: h.Prologue}
	if h.Psk != nil {
		config.PresharedKey, config.PresharedKeyPlacement = h.Psk, 2
	}
	first, second := config, config
	first.Initiator, first.PeerStatic, first.StaticKeypair = true, responder.Public, keyPair(h.InitiatorStatic)
	first.Random = bytes.NewReader(h.Ephemerals[0])
	second.StaticKeypair = responder
	if len(h.Ephemerals) > 1 {
		second.Random = bytes.NewReader(h.Ephemerals[1])
	}
	writer, err := noise.NewHandshakeState(first)
	if err != nil {
		return false
	}
	reader, err := noise.NewHandshakeState(second)
	if err != nil {
		return false
	}
	initiator := writer
	var send, receive [2]*noise.CipherState
	for _, m := range h.Messages {
		sealed, there, back, err := writer.WriteMessage(nil, m.Payload)
		if err != nil || !m.Bytes.is(sealed) {
			return false
		}
		opened, otherThere, otherBack, err := reader.ReadMessage(nil, sealed)
		if err != nil || !m.Payload.is(opened) {
			return false
		}
		send, receive = [2]*noise.CipherState{there, back}, [2]*noise.CipherState{otherThere, otherBack}
		writer, reader = reader, writer
	}
	if !h.Hash.is(initiator.ChannelBinding()) {
		return false
	}
	for _, m := range h.Transport {
		direction := 0
		if m.From == "responder" {
			direction = 1
		}
		sealed, err := send[direction].Encrypt(nil, nil, m.Plain)
		if err != nil || !m.Bytes.is(sealed) {
			return false
		}
		opened, err := receive[direction].Decrypt(nil, nil, sealed)
		if err != nil || !m.Plain.is(opened) {
			return false
		}
	}
	return true
}
