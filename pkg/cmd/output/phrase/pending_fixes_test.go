package phrase_test

import (
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// TestFixesWithParts: sentences with parts that depend on a value.
func TestFixesWithParts(t *testing.T) {
	for want, f := range map[string]fact.Fact{
		"add a 5Gi volume for claim data on this node":                                         fact.New("AddVolume", "request", "5Gi", "claim", "data", "nodes", 1),
		"add a 5Gi volume for claim data on one of these nodes":                                fact.New("AddVolume", "request", "5Gi", "claim", "data", "nodes", 2),
		"1 volume of that class exists":                                                        fact.New("ClassHasVolumes", "volumes", 1),
		"2 volumes of that class exist":                                                        fact.New("ClassHasVolumes", "volumes", 2),
		"free 12 more cpu on node-0":                                                           fact.New("FreeResources", "node", "node-0", "resources", []string{"cpu"}, "lacks", []string{"12"}),
		"free 500m more cpu and 2Gi more memory on node-0":                                     fact.New("FreeResources", "node", "node-0", "resources", []string{"cpu", "memory"}, "lacks", []string{"500m", "2Gi"}),
		"recreate claim data with attributes class gold":                                       fact.New("RecreateClaimWithAttributesClass", "claim", "data", "class", "gold"),
		"recreate claim data without an attributes class":                                      fact.New("RecreateClaimWithAttributesClass", "claim", "data", "class", ""),
		"recreate claim data with class slow":                                                  fact.New("RecreateClaimWithClass", "claim", "data", "class", "slow"),
		"recreate claim data without a storage class":                                          fact.New("RecreateClaimWithClass", "claim", "data", "class", ""),
		"the Pod starts without its data; v belongs to bank/ledger (uid u) and stays as it is": fact.New("VolumeStaysElsewhere", "volume", "v", "claim", "bank/ledger", "uid", "u"),
		"the Pod starts without its data; v belongs to bank/ledger and stays as it is":         fact.New("VolumeStaysElsewhere", "volume", "v", "claim", "bank/ledger", "uid", ""),
	} {
		if got := phrase.New(phrase.Connection{}).Text(f); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
