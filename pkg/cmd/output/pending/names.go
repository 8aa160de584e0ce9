package pending

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	// maxNamed is how many names or runs of names are written before the rest is counted; fewer of long ones.
	maxNamed     = 4
	maxNamedLong = 2
	// countFrom is how many names in runs are worth a count.
	countFrom = 10
	// runFrom is how many consecutive names make a run.
	runFrom = 3
	// longName is how long a name is that a line holds few of.
	longName = 20
)

// numbered is a name around its number: node-07.example.org is node-, 07, .example.org.
type numbered struct {
	name, prefix, digits, suffix string
	number                       int
}

// shortNames writes any number of names in one line: numbered ones that follow each other as first..last, and what
// is too many as a count. "node-0..node-2, node-7", "node-0..node-411 and 588 more".
func shortNames(names []string) string {
	sorted := make([]numbered, 0, len(names))
	for _, n := range names {
		sorted = append(sorted, splitNumber(n))
	}
	slices.SortFunc(sorted, compareNames)
	sorted = slices.CompactFunc(sorted, func(a, b numbered) bool { return a.name == b.name })

	limit := maxNamed
	if len(sorted) > 0 && len(sorted[0].name) > longName {
		limit = maxNamedLong
	}
	var items []string
	told, runs := 0, false
	for i := 0; i < len(sorted); {
		if len(items) == limit-1 && runsFrom(sorted, i) > 1 {
			return fmt.Sprintf("%s and %d more", strings.Join(items, ", "), len(sorted)-told)
		}
		end := itemEnd(sorted, i)
		item := sorted[i].name
		if end-i >= runFrom {
			item, runs = fromTo(item, sorted[end-1].name), true
		}
		items, told = append(items, item), told+end-i
		i = end
	}
	text := strings.Join(items, ", ")
	if runs && len(sorted) >= countFrom {
		text += fmt.Sprintf(" (%d)", len(sorted))
	}
	return text
}

// fromTo writes a run of names. Long ones can be parted at the end of a line.
func fromTo(first, last string) string {
	if len(first) > longName {
		return first + " to " + last
	}
	return first + ".." + last
}

// runsFrom is how many items the names from i on make, counted up to 2.
func runsFrom(sorted []numbered, i int) int {
	items := 0
	for i < len(sorted) && items < 2 {
		i = itemEnd(sorted, i)
		items++
	}
	return items
}

// itemEnd is the end of the run of consecutive numbers that begins at i, or of the one name there.
func itemEnd(sorted []numbered, i int) int {
	end := i + 1
	for end < len(sorted) && follows(sorted[end-1], sorted[end]) {
		end++
	}
	if end-i < runFrom {
		return i + 1
	}
	return end
}

func follows(a, b numbered) bool {
	padded := strings.HasPrefix(a.digits, "0") && len(a.digits) > 1 || strings.HasPrefix(b.digits, "0")
	return a.digits != "" && b.digits != "" && a.prefix == b.prefix && a.suffix == b.suffix &&
		b.number == a.number+1 && (!padded || len(a.digits) == len(b.digits))
}

// splitNumber finds the last number in the first label of a name.
func splitNumber(name string) numbered {
	label, _, _ := strings.Cut(name, ".")
	end := len(label)
	for end > 0 && !digit(label[end-1]) {
		end--
	}
	start := end
	for start > 0 && digit(label[start-1]) {
		start--
	}
	n := numbered{name: name, prefix: name[:start], digits: name[start:end], suffix: name[end:]}
	number, err := strconv.Atoi(n.digits)
	if err != nil { // no digits, or more than an int holds
		return numbered{name: name, prefix: name}
	}
	n.number = number
	return n
}

func compareNames(a, b numbered) int {
	return cmp.Or(cmp.Compare(a.prefix, b.prefix), cmp.Compare(a.suffix, b.suffix), cmp.Compare(a.number, b.number), cmp.Compare(a.name, b.name))
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
