package collect

import (
	"cmp"
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

func sortGaps(gaps []inspect.Gap) {
	slices.SortFunc(gaps, func(a, b inspect.Gap) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Reason, b.Reason))
	})
}
