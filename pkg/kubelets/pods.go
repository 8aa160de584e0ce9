package kubelets

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/types"
)

// Pod is a Pod of which something runs on a node, whether the API server still has it or not. The Pod that came in its place has the same name:
// the UID tells them apart.
type Pod struct {
	Namespace, Name string
	UID             types.UID
}

// RunningPods asks what runs, by UID at last, so that the order does not depend on the runtime. A kubelet answers from what it has last seen:
// that a Pod is not among these means that it has ended only if it is so twice, some seconds apart, while the node is Ready.
func (r Reader) RunningPods(ctx context.Context, nodes []string) []Answer[Pod] {
	return all(ctx, r, nodes, "runningpods/", readPods)
}

func readPods(data []byte) ([]Pod, error) {
	var list struct {
		Kind  string
		Items []struct {
			Metadata struct {
				Namespace, Name string
				UID             types.UID
			}
		}
	}
	if err := decode(data, &list); err != nil {
		return nil, err
	}
	if list.Kind != "PodList" { // anything else has no Pods either, which must not look like a node on which nothing runs
		return nil, fmt.Errorf("it answers with %q and not with a PodList", list.Kind)
	}
	pods := make([]Pod, 0, len(list.Items))
	for _, item := range list.Items {
		pod := Pod(item.Metadata)
		if pod.UID == "" {
			return nil, errors.New("it names a Pod without its UID")
		}
		pods = append(pods, pod)
	}
	slices.SortFunc(pods, func(a, b Pod) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name), cmp.Compare(a.UID, b.UID))
	})
	return pods, nil
}
