package kubelets

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"k8s.io/apimachinery/pkg/types"
)

// Volume is how full the file system is that a Pod has by a claim. A local volume that is not mounted has the capacity of the node's own disk.
type Volume struct {
	Namespace, Claim string
	// Pod is the one that has it.
	Pod types.UID
	// Capacity, Available and Used are in bytes.
	Capacity, Available, Used uint64
}

// Volumes asks for the file systems behind claims. A kubelet measures about once a minute, so a Pod that has just started has none, nor has a
// volume of mode Block.
func (r Reader) Volumes(ctx context.Context, nodes []string) []Answer[Volume] {
	return all(ctx, r, nodes, "stats/summary", readVolumes)
}

func readVolumes(data []byte) ([]Volume, error) {
	var summary struct {
		Node *struct{ NodeName string }
		Pods []struct {
			PodRef struct{ UID types.UID }
			Volume []struct {
				PVCRef                                   *struct{ Namespace, Name string }
				CapacityBytes, AvailableBytes, UsedBytes uint64
			}
		}
	}
	if err := decode(data, &summary); err != nil {
		return nil, err
	}
	if summary.Node == nil {
		return nil, errors.New("it answers with something else than a summary of its node")
	}
	volumes := []Volume{}
	for _, pod := range summary.Pods {
		for _, v := range pod.Volume {
			if v.PVCRef == nil {
				continue
			}
			volumes = append(volumes, Volume{
				Namespace: v.PVCRef.Namespace, Claim: v.PVCRef.Name, Pod: pod.PodRef.UID,
				Capacity: v.CapacityBytes, Available: v.AvailableBytes, Used: v.UsedBytes,
			})
		}
	}
	slices.SortFunc(volumes, func(a, b Volume) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Claim, b.Claim), cmp.Compare(a.Pod, b.Pod))
	})
	return volumes, nil
}
