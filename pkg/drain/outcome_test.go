package drain_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

func theVolume(name string) drain.Object { return drain.Object{Kind: drain.KindVolume, Name: name} }

func theClaim(name string) drain.Object {
	return drain.Object{Kind: drain.KindClaim, Namespace: "shop", Name: name}
}

// about is a step about a volume and a claim.
func about(action drain.Action, volume, claim string) drain.Step {
	return drain.Step{Action: action, Object: theVolume(volume), Parameters: &drain.Pair{Volume: theVolume(volume), Claim: theClaim(claim)}}
}

// freeing is a step that gives a volume, which was that of a claim, to another, or to any if that is empty.
func freeing(volume, before, claim string) drain.Step {
	s := drain.Step{Action: drain.OpenVolume, Object: theVolume(volume)}
	parameters := &drain.FreeParameters{Pair: drain.Pair{Volume: theVolume(volume), Claim: theClaim(before)}}
	if claim != "" {
		o := theClaim(claim)
		s.Action, parameters.For = drain.ReserveVolume, &o
	}
	s.Parameters = parameters
	return s
}

// bindingTo waits until a claim is bound to a volume.
func bindingTo(volume, claim string) drain.Step {
	s := about(drain.AwaitBound, volume, claim)
	s.Object = theClaim(claim)
	return s
}

func counted(ready, wanted int) *drain.Peers {
	return &drain.Peers{Kind: drain.CountedPeers, Ready: ready, Wanted: wanted}
}

func moving(member string, peers *drain.Peers) drain.Move {
	return drain.Move{Member: member, From: "old", FromNode: "node-1", To: "new", ToNode: "node-2", Peers: peers}
}

func aPlan(command string, steps ...drain.Step) *drain.Plan {
	p := drain.New(command)
	p.Targets, p.Steps = []drain.Object{theVolume("v-0")}, steps
	return p
}

func withMoves(p *drain.Plan, moves ...drain.Move) *drain.Plan {
	p.Moves = moves
	return p
}

// having says of a Move what is known of the data on its new volume, and unknown that nothing is.
func having(state drain.DataState, of string, m drain.Move) drain.Move {
	m.ToData, m.ToDataOf = state, of
	return m
}

func unknown(m drain.Move) drain.Move { return having(drain.DataUnknown, "", m) }

// nowhere is a Move of a member that fits no node.
func nowhere(member string) drain.Move {
	return drain.Move{Member: member, Owner: "StatefulSet/db", From: "old", FromNode: "node-1", Peers: counted(2, 3)}
}

// bareNowhere is that of a Pod that no controller recreates.
func bareNowhere(member string) drain.Move {
	return drain.Move{Member: member, From: "old", FromNode: "node-1", Peers: &drain.Peers{Kind: drain.NoPeers}}
}

// awaiting is the step that waits for a member.
func awaiting(member string) drain.Step {
	return drain.Step{Action: drain.AwaitReady, Member: member, Parameters: &drain.AwaitReadyParameters{}}
}

// recorded is the step with data that a record says is a claim's.
func recorded(s drain.Step, claim string) drain.Step {
	if p, ok := s.Parameters.(*drain.FreeParameters); ok {
		p.Data = &drain.KnownData{Claim: &drain.Object{Kind: drain.KindClaim, Namespace: "shop", Name: claim}}
	}
	return s
}

// TestOutcome holds the last words before a Plan is confirmed.
func TestOutcome(t *testing.T) {
	cordon := drain.Step{Action: drain.CordonNode, Parameters: &drain.NoParameters{}}
	stays := moving("shop/db-0", nil)
	stays.Stays = true
	lost := aPlan("release", about(drain.AwaitCleaned, "v-0", "data"))
	lost.Losses = []fact.Fact{fact.New("Error", "text", "all data on v-0")}
	replaced := withMoves(aPlan("recover", cordon), moving("shop/db-0", counted(2, 3)))
	replaced.RestsOn = []liveness.DeadNode{{Name: "node-1", Replaced: true}}
	lostToo := withMoves(aPlan("drain", cordon), moving("shop/db-0", counted(2, 3)))
	lostToo.Losses = []fact.Fact{fact.New("EmptyDirDeleted", "pod", "shop/web")}
	givenUp := withMoves(aPlan("drain", cordon), moving("shop/db-0", nil))
	givenUp.Losses = []fact.Fact{fact.New("GivenUpKept", "what", fact.New("GivenUpCopy", "claim", "shop/data"), "volume", "v-0")}
	two := []drain.Move{moving("shop/a-0", counted(1, 2)), moving("shop/a-0", counted(1, 2)), moving("shop/b-0", counted(2, 3))}
	alone := &drain.Peers{Kind: drain.SharedClaim}
	for name, tc := range map[string]struct {
		plan *drain.Plan
		want string
	}{
		"release":                  {aPlan("release", about(drain.DeleteClaim, "v-0", "data"), about(drain.AwaitReleased, "v-0", "data")), "No data is erased: v-0 keeps it."},
		"release of two":           {aPlan("release", about(drain.DeleteClaim, "v-0", "a"), about(drain.DeleteClaim, "v-1", "b")), "No data is erased: v-0, v-1 keep it."},
		"release, reserved":        {aPlan("release", about(drain.DeleteClaim, "v-0", "data"), freeing("v-0", "data", "data")), "No data is erased: v-0 keeps it, for the next claim shop/data."},
		"release, cleaned":         {lost, ""},
		"reclaim":                  {aPlan("reclaim", freeing("v-0", "data", "")), "Nothing is erased now. From now on any claim can be given v-0 and OVERWRITE what is on it."},
		"reclaim of two":           {aPlan("reclaim", freeing("v-0", "a", ""), freeing("v-1", "b", "")), "Nothing is erased now. From now on any claim can be given v-0, v-1 and OVERWRITE what is on them."},
		"reclaim for one":          {aPlan("reclaim", freeing("v-0", "data", "other")), "Nothing is erased now. From now on claim shop/other can be given v-0 and OVERWRITE what is on it."},
		"reclaim, own by a record": {aPlan("reclaim", recorded(freeing("v-0", "", "data"), "data")), "No data is erased: claim shop/data gets its own earlier data on v-0."},
		"reclaim, other's by one":  {aPlan("reclaim", recorded(freeing("v-0", "", "data"), "other")), "Nothing is erased now. From now on claim shop/data can be given v-0 and OVERWRITE what is on it."},
		"reclaim, cleaned":         {aPlan("reclaim", about(drain.AwaitCleaned, "v-0", "data")), "The provisioner erases v-0, with or without this command."},
		"reattach":                 {aPlan("reattach", freeing("v-0", "data", "data"), bindingTo("v-0", "data")), "No data is erased: claim shop/data gets the data on v-0."},
		"reattach, replaces":       {aPlan("reattach", freeing("v-0", "data", "data"), about(drain.AwaitReleased, "v-1", "data"), bindingTo("v-0", "data")), "Claim shop/data goes back to the data on v-0. What has been written since stays on v-1."},
		"reattach, of other":       {aPlan("reattach", freeing("v-0", "old", "data"), about(drain.AwaitReleased, "v-1", "data"), bindingTo("v-0", "data")), "Claim shop/data gets the data on v-0. What it has now stays on v-1."},
		"reattach, frees": {
			aPlan("reattach", freeing("v-2", "data", ""), freeing("v-0", "data", "data"), bindingTo("v-0", "data")),
			"No data is erased: claim shop/data gets the data on v-0.\nFrom now on any claim can be given v-2 and OVERWRITE what is on it.",
		},
		"drain, gives up": {givenUp, "shop/db-0 starts EMPTY."},
		"drain, stays":    {withMoves(aPlan("drain", cordon), stays), "No data is erased: claims stay where they are."},
		"drain, moves":    {withMoves(aPlan("drain", cordon), two...), "No data is erased: the old volumes keep it.\nshop/a-0 starts EMPTY and has to copy from 1 ready peer.\nshop/b-0 starts EMPTY and has to copy from 2 ready peers."},
		"drain, loses":    {lostToo, "shop/db-0 starts EMPTY and has to copy from 2 ready peers."},
		"recover, alone":  {withMoves(aPlan("recover", cordon), moving("shop/web", alone), moving("shop/db-0", counted(0, 3))), "No data is erased: the old volumes keep it.\nshop/web starts EMPTY.\nshop/db-0 starts EMPTY: no peer is ready to copy from."},
		"recover, disks gone": {
			replaced,
			"No data is erased now: what the earlier disks of node-1 held is gone with them (--recreated).\nshop/db-0 starts EMPTY and has to copy from 2 ready peers.",
		},
		"recover, nowhere": {
			withMoves(aPlan("recover", cordon), moving("shop/db-0", counted(2, 3)), nowhere("shop/db-1")),
			"No data is erased: the old volumes keep it.\nshop/db-0 starts EMPTY and has to copy from 2 ready peers.\nshop/db-1 stays Pending: it fits no node.",
		},
		"recover, many, one of them nowhere": {
			withMoves(aPlan("recover", cordon), append(two, moving("shop/c-0", counted(2, 3)), moving("shop/d-0", nil), nowhere("shop/e-0"))...),
			"No data is erased: the old volumes keep it.\n4 members start EMPTY; 1 of them with no ready peer to copy from.\nshop/e-0 stays Pending: it fits no node.",
		},
		"recover, bare Pod nowhere": {
			withMoves(aPlan("recover", cordon), bareNowhere("shop/tool")),
			"No data is erased: the old volumes keep it.\nshop/tool fits no node, and no controller recreates it.",
		},
		"recover, many nowhere": {
			withMoves(aPlan("recover", cordon), nowhere("a"), nowhere("b"), nowhere("c"), nowhere("d")),
			"No data is erased: the old volumes keep it.\n4 members fit no node and do not start: a, b, c, d.",
		},
		"recover, moved before, volume not known": {
			withMoves(aPlan("recover", awaiting("shop/db-1")), nowhere("shop/db-1")),
			"No data is erased: the old volumes keep it.\nshop/db-1 starts EMPTY and has to copy from 2 ready peers.",
		},
		"recover, not known": {
			withMoves(aPlan("recover", cordon), unknown(moving("shop/db-0", counted(2, 3))), unknown(moving("shop/web", alone)), unknown(moving("shop/a-0", counted(0, 3)))),
			"No data is erased: the old volumes keep it.\nshop/db-0 starts WITHOUT ITS DATA and has to copy from 2 ready peers. What is on new is not known.\n" +
				"shop/web starts WITHOUT ITS DATA. What is on new is not known.\nshop/a-0 starts WITHOUT ITS DATA: no peer is ready to copy from. What is on new is not known.",
		},
		"recover, many not known": {
			withMoves(aPlan("recover", cordon), unknown(moving("a", counted(2, 3))), moving("b", counted(2, 3)), moving("c", counted(2, 3)), moving("d", counted(2, 3))),
			"No data is erased: the old volumes keep it.\n4 members start WITHOUT THEIR DATA and have to copy from their ready peers. What is on new is not known.",
		},
		"recover, on old data": {
			withMoves(aPlan("recover", cordon), having(drain.DataForeign, "shop/data-db-7", moving("shop/db-0", counted(2, 3))), having(drain.DataOwn, "shop/data-db-1", moving("shop/db-1", counted(2, 3))),
				having(drain.DataWiped, "", moving("shop/db-2", counted(2, 3)))),
			"No data is erased: the old volumes keep it.\nshop/db-0 starts on the data of ANOTHER claim, shop/data-db-7, on new.\nshop/db-1 continues with its own OLDER data on new.\n" +
				"shop/db-2 starts EMPTY and has to copy from 2 ready peers.",
		},
		"nothing to do":        {aPlan("recover"), ""},
		"recover, many":        {withMoves(aPlan("recover", cordon), append(two, moving("shop/c-0", counted(2, 3)), moving("shop/d-0", counted(2, 3)))...), "No data is erased: the old volumes keep it.\n4 members start EMPTY and have to copy from their ready peers."},
		"recover, many, mixed": {withMoves(aPlan("recover", cordon), append(two, moving("shop/c-0", alone), moving("shop/d-0", nil))...), "No data is erased: the old volumes keep it.\n4 members start EMPTY; 2 of them with no ready peer to copy from."},
		"recover, all alone":   {withMoves(aPlan("recover", cordon), moving("a", nil), moving("b", nil), moving("c", nil), moving("d", alone)), "No data is erased: the old volumes keep it.\n4 members start EMPTY, with no ready peer to copy from."},
	} {
		t.Run(name, func(t *testing.T) {
			got := phrase.New(phrase.Connection{}).Texts(drain.Outcome(tc.plan))
			if diff := cmp.Diff(tc.want, strings.Join(got, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}
