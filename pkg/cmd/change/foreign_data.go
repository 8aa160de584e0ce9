package change

import (
	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
)

// addAcceptForeignData adds the flag with which a claim may be given the data of another.
func addAcceptForeignData(cmd *cobra.Command, names *complete.Names, accept *[]string) {
	const flag = "accept-foreign-data"
	cmd.Flags().StringSliceVar(accept, flag, nil, "Let a member have this `volume`, although the data of another claim is on it. May be repeated.")
	complete.Flags(cmd, map[string]complete.Func{flag: names.Volumes("Available")})
}
