package output

import (
	"fmt"
	"io"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// large is an answer about 1,000 nodes with 20 volumes each, no two of which are alike.
func large() pending.PodReport {
	var edits []edit
	for i := range 1000 {
		one := []func(*pending.NodeReport){noVolumes()}
		for j := range 20 {
			one = append(one, aVolume(fmt.Sprintf("pv-%d-%d", i, j), "data", inspect.CapacityTooSmall, "500Gi", fmt.Sprintf("%dGi", 50+i%200)))
		}
		edits = append(edits, aNode(fmt.Sprintf("node-%d", i), one...))
	}
	return pendingPod("large", inspect.NoMatchingVolume, fact.New("NoNodes"), edits...)
}

func BenchmarkPending(b *testing.B) {
	r := large()
	for _, format := range []string{"json", "yaml"} {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				m, err := NewMachine(format, false)
				if err != nil {
					b.Fatal(err)
				}
				if err := m.Print(Streams{Out: io.Discard}, Document{Value: pending.NewReport(r), Phrase: phrase.New(phrase.Connection{})}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("text", func(b *testing.B) {
		for b.Loop() {
			if err := (PendingPage{Reports: []pending.PodReport{r}, Now: readAt()}).Write(Streams{Out: io.Discard}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
