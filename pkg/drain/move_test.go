package drain_test

import (
	"encoding/json"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// TestPeersInJSON: peers that are not counted have no numbers, and those of which none is ready have.
func TestPeersInJSON(t *testing.T) {
	for want, peers := range map[string]drain.Peers{
		`{"kind":"none"}`:                         {Kind: drain.NoPeers},
		`{"kind":"shared-claim"}`:                 {Kind: drain.SharedClaim},
		`{"kind":"counted","ready":0,"wanted":3}`: {Kind: drain.CountedPeers, Wanted: 3},
		`{"kind":"counted","ready":2,"wanted":3}`: {Kind: drain.CountedPeers, Ready: 2, Wanted: 3},
	} {
		for _, v := range []any{peers, &peers} {
			got, err := json.Marshal(v)
			if err != nil || string(got) != want {
				t.Errorf("%v: got %s, want %s", err, got, want)
			}
		}
		var back drain.Peers
		if err := json.Unmarshal([]byte(want), &back); err != nil || back != peers {
			t.Errorf("%v: read back as %+v", err, back)
		}
	}
}
