package phrase_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// stopped is a value with a full stop behind it, one that is no number.
var stopped = regexp.MustCompile(`\{(?:(?:all|and|first|goesOn|join|list) )?\(?\.(\w+)[^{}]*\}(?:\{end\})*\.`)

// TestNoStopBehindACommand puts a Fact that ends in a command wherever a sentence has a value with a full stop behind it: who copies the
// command would copy the stop with it, and kubectl takes it for part of the last word.
func TestNoStopBehindACommand(t *testing.T) {
	cordoned := fact.New("CureCommandFirst").Offering(fact.Kubectl("uncordon", "n1"))
	inner := fact.New("HomeUnfit", "why", "n1 is cordoned", "volume", "v1", "cure", cordoned)
	const command = "kubectl uncordon n1"
	sentences, tried := phrase.Sentences(), 0
	for _, code := range slices.Sorted(maps.Keys(sentences)) {
		for _, found := range stopped.FindAllStringSubmatch(sentences[code], -1) {
			value := found[1]
			if strings.HasPrefix(value, "command") {
				t.Errorf("%s ends in a command and a full stop: %s", code, sentences[code])
				continue
			}
			text, said := saying(t, fact.New(fact.Code(code), value, inner), sentences[code])
			if !said {
				text, said = saying(t, fact.New(fact.Code(code), value, []fact.Fact{inner}), sentences[code])
			}
			if !said {
				t.Errorf("%s cannot be said with a Fact as %s", code, value)
			}
			if strings.Contains(text, command+".") {
				t.Errorf("%s: %s", code, text)
			}
			if strings.Contains(text, command) {
				tried++
			}
		}
	}
	if tried < 20 {
		t.Errorf("only %d sentences were tried", tried)
	}
}

// TestStopBehindOtherValues: what is no command keeps its full stop, and a command inside of a sentence is parted from what follows.
func TestStopBehindOtherValues(t *testing.T) {
	lost := fact.New("NodeLabelLost", "node", "n1", "label", "zone", "want", []string{"a"})
	about := fact.New("AboutPod", "namespace", "shop", "pod", "db-0")
	cure := lost.Offering(fact.Kubectl("label", "node", "n1", "zone=a"))
	says := phrase.New(phrase.Connection{Flags: []string{"--context", "blue"}})
	for _, tc := range []struct {
		f    fact.Fact
		want string
	}{
		{fact.New("ClaimFitsNoNode", "about", about, "why", lost), "the volume asks for zone=a."},
		{fact.New("ClaimFitsNoNode", "about", about, "why", cure), "To put the label back: kubectl label node n1 zone=a --context blue"},
		{fact.New("BehindUnreadyWithData", "why", cure).Offering(fact.Plugin("reattach", "v1")),
			"kubectl label node n1 zone=a --context blue; its earlier data is there, to give it that back first: kubectl localpv reattach v1 --context blue"},
	} {
		if got := says.Text(tc.f); !strings.HasSuffix(got, tc.want) {
			t.Errorf("got  %s\nwant ...%s", got, tc.want)
		}
	}
}

// saying is a Fact in English, with values of whichever type its sentence takes for those that the Fact does not have.
func saying(t *testing.T, f fact.Fact, sentence string) (text string, said bool) {
	t.Helper()
	names, err := phrase.Values(sentence)
	if err != nil {
		t.Fatal(err)
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		_, has := f.Values[name]
		return has || strings.HasPrefix(name, "command")
	})
	says := phrase.New(phrase.Connection{})
	var try func(f fact.Fact, names []string) bool
	try = func(f fact.Fact, names []string) bool {
		if len(names) == 0 {
			text = says.Text(f.Offering(fact.Kubectl("get", "pv"), fact.Kubectl("get", "pvc")))
			return text != f.String()
		}
		return slices.ContainsFunc([]any{"one", []string{"one"}, 1}, func(value any) bool { return try(f.With(names[0], value), names[1:]) })
	}
	said = try(f, names)
	return text, said
}
