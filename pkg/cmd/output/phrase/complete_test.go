package phrase_test

import (
	"encoding/json"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// TestNextIsComplete: title, command and text of what can be done next, made here and read back from JSON.
func TestNextIsComplete(t *testing.T) {
	p := phrase.New(phrase.Connection{Flags: []string{"--context", "far"}})
	said := fact.New("Error", "text", "node-1 stays cordoned")
	const line = "kubectl uncordon node-1 --context far"
	for name, tc := range map[string]struct {
		next          drain.Next
		command, text string
	}{
		"with a command": {drain.NextIs(said.Offering(fact.Kubectl("uncordon", "node-1"))), line, "node-1 stays cordoned: " + line},
		"without":        {drain.NextIs(said), "", "node-1 stays cordoned"},
	} {
		result := drain.Result{Next: []drain.Next{tc.next}}
		data, err := json.Marshal(result)
		if err != nil {
			t.Fatal(err)
		}
		var back drain.Result
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		for _, r := range []*drain.Result{&result, &back} {
			p.Complete(r)
			got := r.Next[0]
			if got.Title != "node-1 stays cordoned" || got.Text != tc.text || got.Fact.Text != got.Title {
				t.Errorf("%s: title %q, text %q, text of the fact %q", name, got.Title, got.Text, got.Fact.Text)
			}
			if (got.Command == nil) != (tc.command == "") || got.Command != nil && got.Command.Text != tc.command {
				t.Errorf("%s: command %v, want %q", name, got.Command, tc.command)
			}
		}
	}
}
