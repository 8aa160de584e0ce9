package phrase

import (
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// TestOneSentencePerCode: two catalogs that have the same code would each be right by themselves, and one of them be lost.
func TestOneSentencePerCode(t *testing.T) {
	seen := map[fact.Code]string{}
	for _, c := range catalogs() {
		for code, sentence := range c {
			if other, ok := seen[code]; ok {
				t.Errorf("%s is both %q and %q", code, other, sentence)
			}
			seen[code] = sentence
		}
	}
}

// TestOneSentencePerCauseCode is the same for the parts of a catalog.
func TestOneSentencePerCauseCode(t *testing.T) {
	seen := map[fact.Code]bool{}
	for _, c := range causeCatalogs() {
		for code := range c {
			if seen[code] {
				t.Errorf("%s has two sentences", code)
			}
			seen[code] = true
		}
	}
}
