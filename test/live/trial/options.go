package trial

import (
	"flag"
	"sync"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live/sample"
)

// Options are the flags of tests that try trials.
type Options struct {
	// all tries everything, table is the file for the ends of runs with faults, mark its place there.
	all         bool
	table, mark string
	// update writes testdata.
	update bool

	once   sync.Once
	sample sample.Sample
	err    error
}

// Flags adds -torture, -table and -update to the flags of a test. The table goes between the marks of that name in a page.
func Flags(mark string) *Options {
	o := &Options{mark: mark}
	flag.BoolVar(&o.all, "torture", false, "disturb every request in every way")
	flag.StringVar(&o.table, "table", "", "write how the disturbed runs ended to this `file`")
	flag.BoolVar(&o.update, "update", false, "rewrite testdata/*.golden")
	return o
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
