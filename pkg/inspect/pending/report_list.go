package pending

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Report answers "why is it pending" for any number of Pods.
type Report struct {
	metav1.TypeMeta `json:",inline"`
	Items           []Item `json:"items"`

	// place is the item of each answer that is there already.
	place map[[sha256.Size]byte]int
}

// Item is the answer for one Pod, or for several that get the same one. Where it names its Pod, or says when something
// was, that is the first of them.
type Item struct {
	// Pods are in the order in which they were asked about. For a claim that no Pod uses it is one without a name.
	Pods      []ObjectKey `json:"pods"`
	PodReport `json:",inline"`
}

// NewReport puts reports under the contract's kind.
func NewReport(reports ...PodReport) *Report {
	p := &Report{TypeMeta: metav1.TypeMeta{APIVersion: inspect.APIVersion, Kind: "PendingReport"}, Items: []Item{}, place: map[[sha256.Size]byte]int{}}
	for _, r := range reports {
		p.Add(r)
	}
	return p
}

// Add adds an answer, as another Pod of an item if one is the same but for the name of the Pod: of a thousand replicas, only one
// answer is kept.
func (p *Report) Add(r PodReport) {
	if len(p.Items) == 1 && len(p.place) == 0 { // until now there was nothing to compare with
		p.remember(p.Items[0].PodReport, 0)
	}
	if len(p.Items) > 0 {
		if at := p.remember(r, len(p.Items)); at < len(p.Items) {
			p.Items[at].Pods = append(p.Items[at].Pods, r.Pod)
			return
		}
	}
	p.Items = append(p.Items, Item{Pods: []ObjectKey{r.Pod}, PodReport: r})
}

// remember keeps the place of an answer, and returns that of one which is the same if there is one.
func (p *Report) remember(r PodReport, place int) int {
	key, ok := r.likeness()
	if !ok {
		return place
	}
	if at, known := p.place[key]; known {
		return at
	}
	p.place[key] = place
	return place
}

// likeness is the same for two answers that differ in the Pod alone, in values that are its name, and in when the scheduler
// spoke. ok is false for what cannot be compared.
func (r *PodReport) likeness() (key [sha256.Size]byte, ok bool) {
	timeless := *r
	if r.Scheduler != nil {
		word := *r.Scheduler
		word.At = metav1.Time{}
		timeless.Scheduler = &word
	}
	data, err := json.Marshal(timeless)
	if err != nil || r.Pod.Name == "" {
		return key, false
	}
	const own = `"."` // no object is called so
	for _, name := range []string{r.Pod.Namespace + "/" + r.Pod.Name, r.Pod.Name} {
		if quoted, err := json.Marshal(name); err == nil {
			data = bytes.ReplaceAll(data, quoted, []byte(own))
		}
	}
	data = append(data, r.Pod.Namespace...)
	for _, c := range r.Claims { // one that is called as its Pod is another one nonetheless
		data = append(data, "\n"+c.Name...)
	}
	return sha256.Sum256(data), true
}
