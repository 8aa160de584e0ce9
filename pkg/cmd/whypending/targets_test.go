package whypending

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseTargets(t *testing.T) {
	for args, want := range map[string]string{
		"":                               "",
		"db-0":                           "pod/db-0",
		"db-0 db-1 db-0":                 "pod/db-0 pod/db-1",
		"pod/db-0":                       "pod/db-0",
		"PO/db-0 pods/db-1":              "pod/db-0 pod/db-1",
		"pods db-0 db-1":                 "pod/db-0 pod/db-1",
		"pods.v1/db-0":                   "pod/db-0",
		"pvc/data":                       "persistentvolumeclaim/data",
		"persistentvolumeclaim data":     "persistentvolumeclaim/data",
		"sts/db":                         "statefulset/db",
		"statefulset db":                 "statefulset/db",
		"statefulset.apps/db":            "statefulset/db",
		"deployments.v1.apps/web":        "deployment/web",
		"deploy/web rs/web-5d ds/agent":  "deployment/web replicaset/web-5d daemonset/agent",
		"job.batch/nightly-1 cj/nightly": "job/nightly-1 cronjob/nightly",
		"db-0 sts/db":                    "pod/db-0 statefulset/db",
		"job":                            "pod/job",
		"deployment.example.org/web":     `error: unknown type "deployment.example.org"; the types are`,
		"widget/x":                       `error: unknown type "widget"; the types are pod, pvc, statefulset, deployment, replicaset, daemonset, job, cronjob (a namespace is given with -n)`,
		"statefulsat/db":                 `error: unknown type "statefulsat" (did you mean statefulset?); the types are`,
		"pod/":                           `error: "pod/" names nothing: write pod/NAME`,
		"pod/a/b":                        `error: "pod/a/b" names nothing: write pod/NAME`,
		"pv/local-pv-0":                  "error: a volume is not pending: name the Pod or claim that does not get it, and add --volume local-pv-0",
		"node/node-0":                    "error: a node is not pending: name the Pod that it does not take, and add --node node-0",
		"sts db/x":                       `error: "sts" is a type, and other arguments carry theirs: write sts/NAME`,
		"statefulset statefulset":        "statefulset/statefulset",
	} {
		targets, err := parseTargets(strings.Fields(args))
		var got []string
		for _, target := range targets {
			got = append(got, target.String())
		}
		text := strings.Join(got, " ")
		if err != nil {
			text = fmt.Sprintf("error: %v", err)
		}
		if strings.HasPrefix(want, "error: ") && strings.HasPrefix(text, want) {
			continue
		}
		if diff := cmp.Diff(want, text); diff != "" {
			t.Errorf("parseTargets(%s) (-want +got):\n%s", args, diff)
		}
	}
}
