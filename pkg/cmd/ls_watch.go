package cmd

import (
	"context"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

func (o *lsOptions) follow(_ context.Context, ix *inspect.Index, reports []inspect.VolumeReport) error {
	return o.print(ix, reports)
}
