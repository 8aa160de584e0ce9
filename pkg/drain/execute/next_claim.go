package execute

import (
	"context"

	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// sameDefaultClass refuses if the next claim would get another class than the one for which its volume was found.
func (s *stepRun) sameDefaultClass(ctx context.Context, p *drain.DeleteClaimParameters) error {
	if p.DefaultClass == nil {
		return nil
	}
	classes, err := s.live.classes(ctx)
	if err != nil {
		return err
	}
	now := ""
	if c := inspect.DefaultClass(classes); c != nil {
		now = c.Name
	}
	if now != *p.DefaultClass {
		return refused(fact.New("DefaultClassChanged", "claim", p.Claim, "want", *p.DefaultClass, "have", now))
	}
	return nil
}

// classes lists the StorageClasses.
func (l live) classes(ctx context.Context) ([]*storagev1.StorageClass, error) {
	ctx, cancel := l.bounded(ctx)
	defer cancel()
	list, err := l.client.StorageV1().StorageClasses().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var out []*storagev1.StorageClass
	for i := range list.Items {
		out = append(out, &list.Items[i])
	}
	return out, nil
}
