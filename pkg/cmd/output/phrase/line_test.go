package phrase_test

import (
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

func TestLinesCarryTheConnection(t *testing.T) {
	p := phrase.New(phrase.Connection{Flags: []string{"--context", "far"}, From: []string{"--from", "dump.json"}})
	for want, commands := range map[string][]fact.Command{
		"kubectl uncordon node-1 --context far":                                                 {fact.Kubectl("uncordon", "node-1")},
		"kubectl localpv reclaim v --keep-data --context far":                                   {fact.Plugin("reclaim", "v").With("--keep-data")},
		"kubectl localpv why-pending db-0 -n shop --context far --from dump.json":               {fact.Plugin("why-pending", "db-0").In("shop")},
		"kubectl localpv ls --orphaned --context far --from dump.json":                          {fact.Plugin("ls").With("--orphaned")},
		"kubectl localpv recover --context far --from dump.json":                                {fact.Plugin("recover")},
		"kubectl localpv recover n1 --context far":                                              {fact.Plugin("recover", "n1")},
		"kubectl localpv recover n1 --dry-run --context far --from dump.json":                   {fact.Plugin("recover", "n1").With("--dry-run")},
		"kubectl localpv drain n1 --dry-run --context far --from dump.json":                     {fact.Plugin("drain", "n1").With("--dry-run")},
		"kubectl taint node a k=v:NoExecute- --context far && kubectl uncordon a --context far": {fact.Kubectl("taint node", "a", "k=v:NoExecute-"), fact.Kubectl("uncordon", "a")},
		"kubectl get pv v -o yaml --context far | kubectl create -f - --context far > 'a file'": {fact.Kubectl("get pv", "v").With("-o", "yaml").To(fact.Kubectl("create").With("-f", "-").Into("a file"))},
		`kubectl patch pv v -p '{"a":"it'\''s | fine"}' --context far`:                          {fact.Kubectl("patch pv", "v").With("-p", `{"a":"it's | fine"}`)},
	} {
		if got := p.Line(commands...); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
