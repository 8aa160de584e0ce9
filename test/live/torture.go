package live

import (
	"flag"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"testing"
)

// Spot is a request of a run that can be found again in another: the how-manieth of its kind.
type Spot struct {
	Kind  string
	Count int
}

// String implements fmt.Stringer.
func (s Spot) String() string { return fmt.Sprintf("%s %d", s.Kind, s.Count) }

// reads reports whether the request changes nothing.
func (s Spot) reads() bool {
	verb, _, _ := strings.Cut(s.Kind, " ")
	return verb == "get" || verb == "list" || verb == "watch" || strings.Contains(s.Kind, "selfsubject")
}

// KindOf is a request without the names that change from scene to scene.
func (s *Scene) KindOf(r *Request) string {
	kind := strings.ReplaceAll(r.String(), s.Name, "scene")
	if r.Resource == "pods" || r.Resource == "pods/eviction" {
		kind = strings.TrimSuffix(kind, "/"+r.Name)
	}
	return kind
}

// Disturbance is a Fault at one request of a run.
type Disturbance struct {
	// Path is the name of what is run, Command the command of the plugin.
	Path, Command string
	Spot          Spot
	Fault         Fault
}

// String implements fmt.Stringer.
func (d Disturbance) String() string { return d.Path + "/" + d.Spot.String() + "/" + d.Fault.Name }

// Disturbances are all that can disturb a run that made these requests, in an order that does not depend on theirs: the
// first lists come in any.
func (s *Scene) Disturbances(path, command string, requests []Request) []Disturbance {
	count := map[string]int{}
	var out []Disturbance
	for i := range requests {
		kind := s.KindOf(&requests[i])
		count[kind]++
		spot := Spot{kind, count[kind]}
		for _, f := range Faults() {
			if f.Applied && !f.Hang && spot.reads() {
				continue // for a request that changes nothing, whether the server sees it is all the same
			}
			out = append(out, Disturbance{path, command, spot, f})
		}
	}
	slices.SortStableFunc(out, func(a, b Disturbance) int { return strings.Compare(a.Spot.String(), b.Spot.String()) })
	return out
}

// On returns what to do with the requests of a run that is to be disturbed.
func (d Disturbance) On(s *Scene) func(*Request) Action {
	count := 0
	return func(r *Request) Action {
		if s.KindOf(r) != d.Spot.Kind {
			return Action{}
		}
		if count++; count != d.Spot.Count {
			return Action{}
		}
		return Action{Fault: d.Fault}
	}
}

// stratum is what disturbances have in common that are expected to end alike.
func (d Disturbance) stratum() string { return d.kind() + ", " + d.Fault.Name }

// kind is the stratum but for the answer.
func (d Disturbance) kind() string {
	kind := strings.Fields(strings.ReplaceAll(d.Spot.Kind, "/", " "))
	what := strings.Join(kind[:min(2, len(kind))], " ") // the server's version is got from no resource
	switch {
	case kind[0] == "list" && len(kind) == 2:
		what = "the first lists"
	case kind[0] == "get", kind[0] == "watch":
		what = kind[0]
	case kind[0] == "patch":
		what += " of " + d.Command
	}
	return what
}

// minor reports whether nothing hangs on the request but another try: it only reads, or records what has been done.
func (d Disturbance) minor() bool { return d.Spot.reads() || strings.Contains(d.Spot.Kind, " events") }

// sample takes one disturbance of each stratum, always the same; of minor kinds one for every third answer, not the same
// for each kind, so that every kind and every answer is among them.
func sample(all []Disturbance) []Disturbance {
	strata := map[string][]Disturbance{}
	var names, kinds []string
	for _, d := range all {
		name := d.stratum()
		if len(strata[name]) == 0 {
			names = append(names, name)
		}
		strata[name] = append(strata[name], d)
		if !slices.Contains(kinds, d.kind()) {
			kinds = append(kinds, d.kind())
		}
	}
	var out []Disturbance
	for _, name := range names {
		first := strata[name][0]
		answer := slices.Index(Faults(), first.Fault)
		if first.minor() && (slices.Index(kinds, first.kind())+answer)%3 != 0 {
			continue
		}
		h := fnv.New32a()
		_, _ = h.Write([]byte(name)) // a hash takes everything
		out = append(out, strata[name][int(h.Sum32()>>1)%len(strata[name])])
	}
	return out
}

// Torture is how much of all disturbances is tried, and where the table of how they ended goes.
type Torture struct {
	all  bool
	file string
	mark string
}

// TortureFlags adds -torture and -table to the flags of a test. The table goes between the marks of that name in a page.
func TortureFlags(mark string) *Torture {
	o := &Torture{mark: mark}
	flag.BoolVar(&o.all, "torture", false, "disturb every request in every way")
	flag.StringVar(&o.file, "table", "", "write how the disturbed runs ended to this `file`")
	return o
}

// All reports whether everything is to be tried, however long it takes.
func (o *Torture) All() bool { return o.all }

// Kills reports whether a run is to be killed after one of its writes, the n-th: wherever a claim has just been deleted, and
// after every third of the others. The paths begin to count differently, so that all kinds of writes are among them.
func (o *Torture) Kills(path string, n int, w Request) bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(path)) // a hash takes everything
	return o.all || w.Verb == "delete" && w.Resource == "persistentvolumeclaims" || (int(h.Sum32()>>1)+n)%3 == 0
}

// Run plays disturbances, of all that are expected to end alike one, or with -torture all of them, and writes the table.
func (o *Torture) Run(t *testing.T, all []Disturbance, play func(*testing.T, Disturbance) Outcome) {
	t.Helper()
	if len(all) == 0 {
		t.Fatal("there is nothing to disturb")
	}
	chosen := all
	if !o.all {
		chosen = sample(all)
	}
	b := newTable(all)
	t.Run("at", func(t *testing.T) {
		for _, d := range chosen {
			t.Run(d.String(), func(t *testing.T) {
				t.Parallel()
				outcome := Outcome{Wrong, "the test ended"}
				defer func() { b.add(d, outcome) }()
				outcome = play(t, d)
				if t.Failed() {
					outcome.Fate = Wrong
				}
				if outcome.Fate == Wrong {
					t.Error(outcome.Why)
				}
			})
		}
	})
	tried := fmt.Sprintf("Of %d disturbances, %s.\n", len(all), b.summary())
	t.Log(tried)
	if o.file == "" {
		return
	}
	if err := b.write(o.file, o.mark, tried); err != nil {
		t.Fatal(err)
	}
}
