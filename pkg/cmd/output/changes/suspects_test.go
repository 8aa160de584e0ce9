package changes

import (
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

func TestSuspectsGolden(t *testing.T) {
	v := Suspects{Now: second(0), Nodes: []Suspect{
		{Node: "node-1", State: "Unknown", Since: second(-840), LeaseRenewed: second(-870), Fenced: true, Volumes: 3, Stuck: []string{"shop/db-1", "shop/web-x"}},
		{Node: "node-2", State: "NotReady", Since: second(-60), Volumes: 1, Stuck: []string{"shop/db-2"}},
		{Node: "node-3", State: "missing", Volumes: 2},
	}}
	for view, s := range map[string]output.Streams{"80-color": {IsTerminal: true, Width: 80, Color: true}, "pipe": {}} {
		var b strings.Builder
		s.Out = &b
		if err := v.Write(s); err != nil {
			t.Fatal(err)
		}
		golden(t, "suspects."+view, b.String())
	}
}
