package output

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Permissions shows what each command may do and what it misses. What the missing permissions are for stands below the table for
// people, and in its last column for programs.
func Permissions(s Streams, r *inspect.PermissionReport) error {
	t := Table{
		Columns: []Column{{Name: "COMMAND"}, {Name: "ALLOWED"}, {Name: "MISSING"}, {Name: "FOR"}},
		Rows:    slices.Values(permissionRows(r, s.IsTerminal)), Group: 2,
	}
	if s.IsTerminal {
		t.Columns = t.Columns[:3]
	}
	if err := t.Write(s); err != nil || !s.IsTerminal {
		return err
	}
	var b strings.Builder
	for _, c := range r.Items {
		for _, m := range c.Missing {
			fmt.Fprintf(&b, "\n%s: %s\n", c.Command, Clean(permissionText(m)))
			for _, line := range wrap(m.Why, max(s.Width, 40)-2) {
				fmt.Fprintf(&b, "  %s\n", line)
			}
		}
	}
	_, err := io.WriteString(s.Out, b.String())
	return err
}

func permissionRows(r *inspect.PermissionReport, people bool) [][]Cell {
	var rows [][]Cell
	for _, c := range r.Items {
		allowed := Cell{"yes", Good}
		if !c.Allowed {
			allowed = Cell{"no", Bad}
		}
		missing := c.Missing
		if len(missing) == 0 {
			missing = []inspect.MissingPermission{{}}
		}
		for _, m := range missing {
			row := []Cell{{Text: c.Command}, allowed, {Text: permissionText(m)}, {Text: m.Why}}
			if people {
				row = row[:3]
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// permissionText is a permission in words: "list, watch replicasets.apps (not needed)".
func permissionText(m inspect.MissingPermission) string {
	if len(m.Verbs) == 0 {
		return ""
	}
	text := strings.Join(m.Verbs, ", ") + " " + m.Resource
	if m.Group != "" {
		text += "." + m.Group
	}
	if m.Condition != "" {
		text += " (" + m.Condition + ")"
	}
	return text
}
