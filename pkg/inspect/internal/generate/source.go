// Package generate makes claims, volumes and Nodes for property tests and fuzzing. What it makes is valid and
// matches by default, and deviates in each field now and then, so that deep checks are reached as often as
// shallow ones. Everything comes from a Source; the same choices make the same objects.
package generate

import "math/rand/v2"

// Source makes choices.
type Source interface {
	// IntN returns a number from 0 up to, not including, n. n is at least 1.
	IntN(n int) int
}

// Seeded returns a Source of pseudo-random choices.
func Seeded(seed uint64) Source { return rand.New(rand.NewPCG(seed, 0)) }

// Bytes returns a Source that reads its choices from data, one byte each. When the bytes are used up it chooses 0
// every time, which is the plainest choice.
func Bytes(data []byte) Source { return &byteSource{data: data} }

type byteSource struct{ data []byte }

// IntN implements Source.
func (s *byteSource) IntN(n int) int {
	if len(s.data) == 0 {
		return 0
	}
	b := s.data[0]
	s.data = s.data[1:]
	return int(b) % n
}

// pick chooses one of several values; the first is the plainest.
func pick[T any](s Source, values ...T) T { return values[s.IntN(len(values))] }

// rarely is true once in n times.
func rarely(s Source, n int) bool { return s.IntN(n) == n-1 }
