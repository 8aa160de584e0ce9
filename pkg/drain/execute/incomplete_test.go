package execute

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
)

// TestPlansFromJSON: a Plan that is read back is carried out like the one that was written. One from which a guard has got lost, or
// which may hold guards that this version does not know, is refused, and no request is made.
func TestPlansFromJSON(t *testing.T) {
	s := moves(t)[0]
	want := uninterrupted(t, s)
	whole, err := json.Marshal(planned(t, s.request, NewWorld(t, s.objects...).Everything()))
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorld(t, s.objects...)
	if read, err := carriedOut(t, w, string(whole)); read != nil || err != nil {
		t.Fatalf("read back: %v, %v", read, err)
	}
	if got := ended(t, w); got != ended(t, want) {
		t.Errorf("a Plan that was read back ends in\n%s", got)
	}
	for name, tc := range map[string][2]string{
		"of another version":         {`"apiVersion":"localpv.dev/v1alpha2"`, `"apiVersion":"localpv.dev/v9"`},
		"that is something else":     {`"kind":"Plan"`, `"kind":"Pudding"`},
		"with an unknown guard":      {`"safeguards":`, `"guards":`},
		"without what it rests on":   {`"restsOn":\[[^]]*\],`, ``},
		"without a UID of a volume":  {`("parameters":\{"volume":\{"kind":"PersistentVolume","name":"n1-data"),"uid":"[^"]*"`, `$1`},
		"without parameters":         {`"parameters":\{[^{}]*(\{[^{}]*\}[^{}]*)*\}`, `"parameters":null`},
		"that reserves for nobody":   {`,"for":\{[^{}]*\}`, ``},
		"that forces out living":     {`("id":"force-delete-pod.*?),"dead":\[[^]]*\]`, `$1`},
		"that waits for no claim":    {`("id":"await-unused.*?"claims":)\[[^]]*\]`, `$1[]`},
		"without a UID of the claim": {`("id":"delete-claim.*?"claim":\{[^{}]*?),"uid":"[^"]*"`, `$1`},
	} {
		t.Run(name, func(t *testing.T) {
			text := regexp.MustCompile(tc[0]).ReplaceAllString(string(whole), tc[1])
			if text == string(whole) {
				t.Fatal("nothing was taken out")
			}
			w := NewWorld(t, s.objects...)
			read, err := carriedOut(t, w, text)
			if read == nil && err == nil {
				t.Error("it was carried out")
			}
			if len(w.Calls) > 0 {
				t.Errorf("requests were made: %s", strings.Join(w.Calls, "; "))
			}
		})
	}
}

// carriedOut reads a Plan and carries it out: the errors of the one and of the other.
func carriedOut(t *testing.T, w *World, text string) (read, run error) {
	t.Helper()
	var plan drain.Plan
	if err := json.Unmarshal([]byte(text), &plan); err != nil {
		return err, nil
	}
	_, err := (&Executor{Client: w.Client, Clock: NewInstantClock(), Timeout: time.Minute}).Run(t.Context(), &plan)
	return nil, err
}
