package change

import (
	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
)

// addAcceptForeignData adds the flag that names volumes whose data others than its claim may get.
func addAcceptForeignData(cmd *cobra.Command, names *complete.Names, accept *[]string) {
	const flag = "accept-foreign-data"
	cmd.Flags().StringSliceVar(accept, flag, nil, "Accept that others than its claim get what is on this `volume`. May be repeated.")
	complete.Flags(cmd, map[string]complete.Func{flag: complete.List(names.Volumes("Released", "Failed", "Available"))})
}

// accepted reads the claims whose loss, and the volumes whose data, is accepted.
func accepted(claims, volumes []string) (lost []types.NamespacedName, foreign []string, err error) {
	if lost, err = claimNames("--accept-data-loss", claims); err != nil {
		return nil, nil, err
	}
	foreign, err = volumeNames(volumes)
	return lost, foreign, err
}
