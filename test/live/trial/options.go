package trial

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live/sample"
)

// Options are the flags of tests that try trials.
type Options struct {
	// all tries everything, and paths everything of these trials alone.
	all   bool
	paths string
	// page is the file for the ends of runs with faults, mark the place of the table there.
	page, mark string
	// update writes testdata.
	update bool

	once   sync.Once
	sample sample.Sample
	err    error
}

// Flags adds -torture, -paths, -table and -update to the flags of a test. The table goes between the marks of that name in a page.
func Flags(mark string) *Options {
	o := &Options{mark: mark}
	flag.BoolVar(&o.all, "torture", false, "disturb every request in every way")
	flag.StringVar(&o.paths, "paths", "", "disturb every request of these `paths`, a list with commas, in every way, and no others")
	flag.StringVar(&o.page, "table", "", "write how the disturbed runs ended to the table in this `file`: the rows of the paths that were disturbed in every way")
	flag.BoolVar(&o.update, "update", false, "rewrite testdata/*.golden")
	return o
}

// everything reports whether no sample is taken.
func (o *Options) everything() bool { return o.all || o.paths != "" }

// choose returns which of the trials are disturbed.
func (o *Options) choose(names []string) ([]string, error) {
	if o.page != "" && !o.everything() {
		return nil, errors.New("-table is for what was disturbed in every way: add -torture or -paths")
	}
	if o.paths == "" {
		return names, nil
	}
	chosen := strings.Split(o.paths, ",")
	for _, name := range chosen {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("-paths: %q is none of %s", name, strings.Join(names, ", "))
		}
	}
	return chosen, nil
}

// current is the sample of this run.
func (o *Options) current(t *testing.T) sample.Sample {
	t.Helper()
	o.once.Do(func() { o.sample, o.err = sample.Current(t.Context()) })
	if o.err != nil {
		t.Fatal(o.err)
	}
	return o.sample
}
