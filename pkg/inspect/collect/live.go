package collect

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// atOnce is how many kinds are read at the same time: enough to hide the latency of the small ones behind the
// large ones, few enough to be a polite client.
const atOnce = 6

// Live reads the kinds asked for from a cluster. Every list is consistent in itself and as fresh as the moment at
// which it began; lists of different kinds may be some milliseconds apart. now is asked once, when all is read.
//
// A kind that the user may not list, or that the server does not serve, is a gap, or a *ForbiddenError if it is
// required. Every other failure ends the reading and is returned wrapped, as is the end of ctx.
func Live(ctx context.Context, client kubernetes.Interface, now func() time.Time, opts Options) (*inspect.Snapshot, error) {
	wanted, err := opts.rows()
	if err != nil {
		return nil, err
	}
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	results := make([]result, len(wanted))
	for i, r := range wanted {
		group.Go(func() error {
			reader := kindReader{kindSpec: r, client: client, opts: opts}
			var err error
			results[i], err = reader.read(groupCtx)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	s := &inspect.Snapshot{TakenAt: now()}
	for i, r := range wanted {
		r.store(s, results[i].objects)
		s.Gaps = append(s.Gaps, results[i].gaps...)
		for _, line := range results[i].notes {
			opts.note("%s", line)
		}
	}
	sortGaps(s.Gaps)
	return s, nil
}
