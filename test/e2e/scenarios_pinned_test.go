package e2e

import "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"

// wrongNode is what the scheduler says of a Node that is not the home of a bound claim's volume.
const wrongNode = "1 node(s) didn't match PersistentVolume's node affinity"

// pinnedScenarios have a claim that is bound to a volume whose home refuses the Pod.
func pinnedScenarios() []scenario {
	unfit := answer{cause: "BoundNodeUnfit", claims: []claim{{name: "data", code: inspect.BoundNodeUnfit}}}
	return []scenario{
		{
			file:  "pinned/home-missing",
			fixes: []string{"empty-data"},
			until: schedulerSays(wrongNode),
			want:  answer{cause: "BoundNodeMissing", claims: []claim{{name: "data", code: inspect.BoundNodeMissing}}},
		},
		{file: "pinned/home-cordoned", fixes: []string{"uncordon-0", "empty-data"}, until: schedulerSays(wrongNode), want: unfit},
		{file: "pinned/home-tainted", fixes: []string{"untaint-0-dedicated", "tolerate-dedicated", "empty-data"}, until: schedulerSays(wrongNode), want: unfit},
		{file: "pinned/home-not-ready", fixes: []string{"node-back-0", "empty-data"}, until: schedulerSays(wrongNode), want: unfit},
		{file: "pinned/home-full", fixes: []string{"free-0", "empty-data"}, until: schedulerSays("1 Insufficient cpu, " + wrongNode), want: unfit},
		{file: "pinned/home-sibling", fixes: []string{"empty-data"}, until: schedulerSays(wrongNode + ", 1 node(s) didn't match pod anti-affinity rules"), want: unfit},
		{
			file:  "pinned/lost-label",
			fixes: []string{"relabel-0"},
			until: schedulerSays("2 node(s) didn't match PersistentVolume's node affinity"),
			want:  unfit,
		},
		{
			file:  "pinned/two-homes",
			until: schedulerSays("2 node(s) didn't match PersistentVolume's node affinity"),
			want: answer{cause: "BoundNodeUnfit", claims: []claim{
				{name: "data", code: inspect.BoundNodeUnfit}, {name: "wal", code: inspect.BoundNodeUnfit},
			}},
		},
		{
			file:  "pinned/set-member",
			pod:   "db-0",
			fixes: []string{"empty-data-db-0"},
			until: schedulerSays(wrongNode),
			want:  answer{cause: "BoundNodeMissing", claims: []claim{{name: "data-db-0", code: inspect.BoundNodeMissing}}},
		},
		{
			file:  "pinned/second-claim",
			fixes: []string{"volume-wal", "ask-10gi-wal"},
			until: schedulerSays("1 node(s) didn't find available persistent volumes to bind, " + wrongNode),
			want: answer{
				cause: "NoMatchingVolume",
				claims: []claim{
					{name: "data", code: inspect.ClaimOk},
					{name: "wal", code: inspect.NoMatchingVolume, volumes: map[inspect.VolumeCode]int{inspect.CapacityTooSmall: 1, inspect.Match: 1, inspect.ClaimedByOther: 1}},
				},
				near: []near{{"b", "0", inspect.CapacityTooSmall, "50Gi", "10Gi"}},
			},
		},
	}
}
