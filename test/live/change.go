package live

import (
	"fmt"
	"slices"
	"strings"
)

// Change tells two States apart, for people to read: objects that are gone or new, and the lines of those that changed.
// It is empty if nothing changed.
func Change(before, after string) string {
	was, is := documents(before), documents(after)
	var names []string
	for _, d := range slices.Concat(was, is) {
		if !slices.Contains(names, d.name) {
			names = append(names, d.name)
		}
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		i := slices.IndexFunc(was, func(d document) bool { return d.name == name })
		j := slices.IndexFunc(is, func(d document) bool { return d.name == name })
		switch {
		case i < 0:
			fmt.Fprintf(&b, "new: %s\n%s", name, mark("+ ", is[j].lines))
		case j < 0:
			fmt.Fprintf(&b, "gone: %s\n", name)
		case !slices.Equal(was[i].lines, is[j].lines):
			fmt.Fprintf(&b, "changed: %s\n%s", name, differences(was[i].lines, is[j].lines))
		}
	}
	return b.String()
}

// document is one object of a State.
type document struct {
	name  string
	lines []string
}

func documents(state string) []document {
	var out []document
	for part := range strings.SplitSeq("\n"+state, "\n--- ") {
		if part == "" {
			continue
		}
		name, text, _ := strings.Cut(part, "\n")
		out = append(out, document{name, strings.Split(strings.TrimSuffix(text, "\n"), "\n")})
	}
	return out
}

func mark(sign string, lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(sign + line + "\n")
	}
	return b.String()
}

// differences marks the lines that are only in one of two texts, by their longest common subsequence.
func differences(a, b []string) string {
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i, left := range slices.Backward(a) {
		for j, right := range slices.Backward(b) {
			if left == right {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out strings.Builder
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out.WriteString("- " + a[i] + "\n")
			i++
		default:
			out.WriteString("+ " + b[j] + "\n")
			j++
		}
	}
	return out.String()
}
