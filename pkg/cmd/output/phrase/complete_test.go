package phrase_test

import (
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// TestFactsInFactsAreCompleted: a program finds the text of each Fact beside it, however deep it lies.
func TestFactsInFactsAreCompleted(t *testing.T) {
	inner := fact.New("Unread", "reason", "forbidden: list pods")
	report := struct{ Reason fact.Fact }{fact.New("Outer", "why", inner, "parts", []fact.Fact{inner})}
	phrase.New(phrase.Connection{}).Complete(&report)
	for f := range report.Reason.All() {
		if f.Code == "Unread" && f.Text != "unknown (forbidden: list pods)" {
			t.Errorf("%v has the text %q", f, f.Text)
		}
	}
	if report.Reason.Text == "" {
		t.Errorf("%v has no text", report.Reason)
	}
}
