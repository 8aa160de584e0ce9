package trial

import (
	"hash/fnv"
	"slices"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
	"github.com/kubectl-localpv/kubectl-localpv/test/live/sample"
)

// share is of how many minor strata, of how many kills, and of how many permissions that a command can do without, one is in a sample.
const share = 3

// injections are those that are tried in this run.
func (o *Options) injections(t *testing.T, all []Injection) []Injection {
	t.Helper()
	if o.everything() {
		return all
	}
	s := stratify(all)
	chosen := s.take(o.current(t))
	t.Logf("%d of %d faults, %s", len(chosen), len(all), o.current(t).Note(s.samples()))
	return chosen
}

// strata are injections by what is expected to end alike.
type strata struct {
	names, kinds []string
	members      map[string][]Injection
}

func stratify(all []Injection) *strata {
	s := &strata{members: map[string][]Injection{}}
	for _, in := range all {
		name := in.stratum()
		if len(s.members[name]) == 0 {
			s.names = append(s.names, name)
		}
		s.members[name] = append(s.members[name], in)
		if !slices.Contains(s.kinds, in.kind()) {
			s.kinds = append(s.kinds, in.kind())
		}
	}
	return s
}

// samples is how many samples that follow one another have every injection among them.
func (s *strata) samples() int {
	most := 1
	for _, members := range s.members {
		n := len(members)
		if members[0].minor() {
			n *= share
		}
		most = max(most, n)
	}
	return most
}

// take takes one injection of each stratum; of minor kinds one for every third answer, not the same for each kind, so that
// every kind and every answer is among them.
func (s *strata) take(from sample.Sample) []Injection {
	part := from.Part(s.samples())
	var out []Injection
	for _, name := range s.names {
		members, turn := s.members[name], part
		if first := members[0]; first.minor() {
			answer := slices.Index(live.Faults(), first.Fault)
			if (slices.Index(s.kinds, first.kind())+answer+part)%share != 0 {
				continue
			}
			turn /= share // one part of so many takes the stratum
		}
		out = append(out, members[(offset(name)+turn)%len(members)])
	}
	return out
}

// kills returns whether a run is to be killed after one of its writes, the n-th: wherever a claim has just been deleted, and
// after every third of the others. The trials begin to count differently, so that all kinds of writes are among them.
func (u *Suite[S]) kills(t *testing.T) func(path string, n int, w live.Request) bool {
	t.Helper()
	if u.all {
		return func(string, int, live.Request) bool { return true }
	}
	t.Logf("one of %d kills, %s", share, u.current(t).Note(share))
	part := u.current(t).Part(share)
	return func(path string, n int, w live.Request) bool { return killsAfter(path, n, part, w) }
}

// killsAfter reports whether a run is killed after its n-th write in a part of the samples.
func killsAfter(path string, n, part int, w live.Request) bool {
	return w.Verb == "delete" && w.Resource == "persistentvolumeclaims" || (offset(path)+n+part)%share == 0
}

// without returns whether a trial is taken without the n-th of the permissions that it does not need.
func (u *Suite[S]) without(t *testing.T) func(path string, n int) bool {
	t.Helper()
	if u.all {
		return func(string, int) bool { return true }
	}
	t.Logf("one of %d permissions that it can do without, %s", share, u.current(t).Note(share))
	part := u.current(t).Part(share)
	return func(path string, n int) bool { return (offset(path)+n+part)%share == 0 }
}

// offset is a number that follows from a name, so that not everything begins to count at the same.
func offset(name string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // a hash takes everything
	return int(h.Sum32() >> 1)
}
