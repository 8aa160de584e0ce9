package e2e

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// claimScenarios have a claim that stops the scheduler before it looks at any Node.
func claimScenarios() []scenario {
	return []scenario{
		{
			file:  "claims/claim-not-found",
			until: schedulerSays(`persistentvolumeclaim "data" not found`),
			want:  answer{cause: "ClaimNotFound", claims: []claim{{name: "data", code: inspect.ClaimNotFound}}},
		},
		{
			file:  "claims/ephemeral-quota",
			until: schedulerSays(`waiting for ephemeral volume controller to create the persistentvolumeclaim "db-scratch"`),
			want:  answer{cause: "EphemeralClaimNotCreated", claims: []claim{{name: "db-scratch", code: inspect.EphemeralClaimNotCreated}}},
		},
		{
			file:  "claims/ephemeral-foreign",
			until: schedulerSays("pod is not owner"),
			want:  answer{cause: "EphemeralClaimNotOwned", claims: []claim{{name: "db-scratch", code: inspect.EphemeralClaimNotOwned, volumes: map[inspect.VolumeCode]int{inspect.Match: 1}}}},
		},
		{
			file:  "claims/claim-lost",
			fixes: []string{"empty-data"},
			until: schedulerSays("bound to non-existent persistentvolume"),
			want:  answer{cause: "ClaimLost", claims: []claim{{name: "data", code: inspect.ClaimLost}}},
		},
		{
			file:  "claims/claim-terminating",
			steps: []step{deleteClaim("data"), releasePod},
			until: schedulerSays(`persistentvolumeclaim "data" is being deleted`),
			want:  answer{cause: "ClaimTerminating", claims: []claim{{name: "data", code: inspect.ClaimTerminating}}},
		},
		{
			file:  "claims/immediate-class",
			fixes: []string{"volume-data", "ask-100gi-data"},
			until: schedulerSays("unbound immediate PersistentVolumeClaims"),
			want: answer{cause: "ImmediateUnbound", claims: []claim{{
				name: "data", code: inspect.ImmediateUnbound, volumes: map[inspect.VolumeCode]int{inspect.CapacityTooSmall: 1},
			}}, near: []near{{"a", "0", inspect.CapacityTooSmall, "500Gi", "100Gi"}}},
		},
		{
			file:  "claims/class-not-found",
			until: schedulerSays("unbound immediate PersistentVolumeClaims"),
			want:  answer{cause: "StorageClassNotFound", claims: []claim{{name: "data", code: inspect.StorageClassNotFound}}},
		},
		{
			file:  "claims/no-class",
			fixes: []string{"volume-data", "class-data"},
			until: schedulerSays("unbound immediate PersistentVolumeClaims"),
			want: answer{cause: "NoStorageClass", claims: []claim{{name: "data", code: inspect.NoStorageClass}}, near: []near{
				{"a", "0", inspect.ClassMismatch, "", "no-class"},
			}},
		},
		{
			file:  "claims/volume-name",
			until: schedulerSays("unbound immediate PersistentVolumeClaims"),
			want: answer{cause: "VolumeNameUnbound", claims: []claim{{name: "data", code: inspect.VolumeNameUnbound, volumes: map[inspect.VolumeCode]int{inspect.CapacityTooSmall: 2}}}, near: []near{
				{"a", "0", inspect.CapacityTooSmall, "200Gi", "100Gi"}, {"b", "1", inspect.CapacityTooSmall, "200Gi", "100Gi"},
			}},
		},
		{
			file:  "claims/reserved-elsewhere",
			fixes: []string{"any-volume-data"},
			until: schedulerSays("unbound immediate PersistentVolumeClaims"),
			want:  answer{cause: "VolumeReservedElsewhere", claims: []claim{{name: "data", code: inspect.VolumeReservedElsewhere, volumes: map[inspect.VolumeCode]int{inspect.ClaimedByOther: 1, inspect.Match: 1}}}},
		},
		{
			file:  "claims/stale-selection",
			fixes: []string{"unselect-data"},
			until: schedulerSays("node(s) didn't find available persistent volumes to bind"),
			want:  answer{cause: "SelectedNodeStale", claims: []claim{{name: "data", code: inspect.SelectedNodeStale, volumes: map[inspect.VolumeCode]int{inspect.Match: 2}}}},
		},
		{
			file:    "claims/volume-vanished",
			without: controlplane.ControllerManager,
			steps:   []step{eraseVolume("a"), releasePod},
			fixes:   []string{"empty-data"},
			until:   schedulerSays(`persistentvolume "volume-vanished-a" not found`),
			want:    answer{cause: "BoundVolumeMissing", claims: []claim{{name: "data", code: inspect.BoundVolumeMissing}}},
		},
	}
}
