package records

import (
	"slices"
	"strings"
	"testing"
)

// chain is a log of some records by two writers, one after the other.
func chain() []string {
	var lines []string
	var last Record
	for i := range 6 {
		last = last.Next("node", []string{"first", "second"}[i/3], int64(100+i))
		lines = append(lines, last.String()+"\n")
	}
	return lines
}

func TestParse(t *testing.T) {
	all, err := Parse(strings.Join(chain(), ""))
	if err != nil || len(all) != 6 || all[5].Number != 6 || all[5].Time != 105 {
		t.Fatalf("a whole chain: %v, %v", all, err)
	}
	if got := Writers(all); !slices.Equal(got, []string{"first", "second"}) {
		t.Errorf("writers: %q", got)
	}
}

// TestBroken does to a log whatever two writers, a lost write and a power cut do to it.
func TestBroken(t *testing.T) {
	rival := Record{}.Next("node", "rival", 7).String() + "\n"
	tests := map[string]struct {
		harm func(lines []string) []string
		want string
		left int
	}{
		"lost":    {func(l []string) []string { return slices.Delete(l, 3, 4) }, "line 4: record 5 follows 3", 3},
		"doubled": {func(l []string) []string { return slices.Insert(l, 3, l[2]) }, "line 4: record 3 follows 3", 3},
		"two at once": {
			func(l []string) []string {
				parsed, err := parse(l[2])
				if err != nil {
					return nil
				}
				return append(l[:4], parsed.Next("node", "rival", 9).String()+"\n")
			}, "line 5: record 4 follows 4", 4,
		},
		"replaced": {func(l []string) []string { return append([]string{rival}, l[1:]...) }, "line 2: record 2 does not continue", 1},
		"torn":     {func(l []string) []string { l[5] = l[5][:20]; return l }, "is torn", 5},
		"altered":  {func(l []string) []string { l[1] = strings.Replace(l[1], "node", "edon", 1); return l }, "line 2: record 2 does not continue", 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			left, err := Parse(strings.Join(test.harm(chain()), ""))
			if err == nil || !strings.Contains(err.Error(), test.want) || len(left) != test.left {
				t.Errorf("%d records and %v, want %d and %q", len(left), err, test.left, test.want)
			}
		})
	}
}

// TestFromSlots: a log on a device ends with the first slot that is empty, and a torn record is seen as in a file.
func TestFromSlots(t *testing.T) {
	first := Record{}.Next("n1", "writer", 1)
	second := first.Next("n1", "writer", 2)
	device := make([]byte, 4*Slot)
	copy(device, first.String()+"\n")
	copy(device[Slot:], second.String()+"\n")
	if got, err := Parse(FromSlots(device)); err != nil || len(got) != 2 {
		t.Errorf("%d records: %v", len(got), err)
	}
	device[Slot+len(second.String())] = 0
	if got, err := Parse(FromSlots(device)); err == nil || len(got) != 1 {
		t.Errorf("of a torn record: %d records before it, and the error %v", len(got), err)
	}
}
