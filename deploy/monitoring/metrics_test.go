package monitoring

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// source is one of metrics.yaml.
type source struct {
	Name, Version, Files string
	Metrics              []struct {
		Name, File string
		Labels     []string
	}
}

func readMetrics(t *testing.T) []source {
	t.Helper()
	var file struct{ Sources []source }
	if err := yaml.Unmarshal([]byte(read(t, "metrics.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	return file.Sources
}

// Without them, nobody could tell what has changed with the next version.
func TestMetricsSayWhereTheyAreFrom(t *testing.T) {
	for _, source := range readMetrics(t) {
		if source.Name == "" || source.Version == "" || source.Files == "" || len(source.Metrics) == 0 {
			t.Errorf("source %q needs name, version, files and metrics", source.Name)
		}
		for _, m := range source.Metrics {
			if m.Name == "" || m.File == "" || len(m.Labels) == 0 {
				t.Errorf("metric %q of %s needs name, file and labels", m.Name, source.Name)
			}
		}
	}
}

// What metrics.yaml says of the kubelet is read off the source of Kubernetes here, in the version of go.mod, so that a bump
// brings up what changed. That of kube-state-metrics is held against real output by rules_recorded_test.yaml.
func TestKubeletMetricsAreThoseOfItsSource(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}} {{.Version}}", "k8s.io/kubernetes").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	dir, version, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	keys := constants(read(t, filepath.Join(dir, "pkg", "kubelet", "metrics", "metrics.go")))
	checked := 0
	for _, source := range readMetrics(t) {
		if source.Name != "kubelet" {
			continue
		}
		if source.Version != version {
			t.Errorf("metrics.yaml describes the kubelet %s, and go.mod has Kubernetes %s", source.Version, version)
		}
		for _, m := range source.Metrics {
			checked++
			labels, ok := described(read(t, filepath.Join(dir, filepath.FromSlash(m.File))), keys)[m.Name]
			if !ok {
				t.Errorf("%s does not describe %s", m.File, m.Name)
			}
			if diff := cmp.Diff(labels, m.Labels); diff != "" {
				t.Errorf("labels of %s (-source +metrics.yaml):\n%s", m.Name, diff)
			}
		}
	}
	if checked == 0 {
		t.Error("metrics.yaml names no metric of the kubelet")
	}
}

// constants are the string constants of a Go file.
func constants(source string) map[string]string {
	all := map[string]string{}
	for _, match := range regexp.MustCompile(`(?m)^\s+(\w+)\s+= "([^"]+)"`).FindAllStringSubmatch(source, -1) {
		all[match[1]] = match[2]
	}
	return all
}

// described are the metrics that a collector describes, with their labels.
func described(source string, keys map[string]string) map[string][]string {
	desc := regexp.MustCompile(`BuildFQName\("", kubeletmetrics\.(\w+), kubeletmetrics\.(\w+)\),\s+"[^"]+",\s+\[\]string\{([^}]*)\}`)
	all := map[string][]string{}
	for _, match := range desc.FindAllStringSubmatch(source, -1) {
		var labels []string
		for label := range strings.SplitSeq(match[3], ",") {
			labels = append(labels, strings.Trim(label, ` "`))
		}
		all[keys[match[1]]+"_"+keys[match[2]]] = labels
	}
	return all
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
