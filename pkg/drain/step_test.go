package drain_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// TestStepsComeBackFromJSON: parameters of every action are read back as what they were.
func TestStepsComeBackFromJSON(t *testing.T) {
	for _, action := range drain.Actions() {
		step := drain.Step{ID: string(action) + "/v", Action: action, Object: drain.Object{Kind: drain.KindVolume, Name: "v", UID: "u"}, Title: fact.New("T"), Why: fact.New("W", "n", 3), Target: 2, Member: "shop/db-0"}
		step.Parameters = action.Parameters()
		fill(reflect.ValueOf(step.Parameters).Elem())
		data, err := json.Marshal(step)
		if err != nil {
			t.Fatal(err)
		}
		var back drain.Step
		if err := json.Unmarshal(data, &back); err != nil {
			t.Errorf("%s: %v", action, err)
		}
		if diff := cmp.Diff(step, back); diff != "" {
			t.Errorf("%s read back (-written +read):\n%s", action, diff)
		}
	}
	if err := json.Unmarshal([]byte(`{"action":"burn","parameters":{}}`), &drain.Step{}); err == nil {
		t.Error("an action that there is not was read")
	}
}

// fill gives every field a value, so that one that is not written is missed.
func fill(v reflect.Value) {
	dead := []liveness.DeadNode{{Name: "n", UID: "u", Lease: "7"}}
	object := drain.Object{Kind: drain.KindClaim, Namespace: "shop", Name: "data-db-0", UID: "c"}
	grace := int64(7)
	for _, f := range v.Fields() {
		switch f.Interface().(type) {
		case drain.Object:
			f.Set(reflect.ValueOf(object))
		case *drain.Object:
			f.Set(reflect.ValueOf(&object))
		case []drain.Object:
			f.Set(reflect.ValueOf([]drain.Object{object}))
		case []liveness.DeadNode:
			f.Set(reflect.ValueOf(dead))
		case []corev1.PersistentVolumePhase:
			f.Set(reflect.ValueOf([]corev1.PersistentVolumePhase{corev1.VolumeReleased}))
		case map[string]string:
			f.Set(reflect.ValueOf(map[string]string{"a": "b"}))
		case *int64:
			f.Set(reflect.ValueOf(&grace))
		case *drain.Safeguards:
			s := drain.Safeguards{}
			fill(reflect.ValueOf(&s).Elem())
			f.Set(reflect.ValueOf(&s))
		default:
			switch f.Kind() {
			case reflect.String:
				f.SetString("x")
			case reflect.Bool:
				f.SetBool(true)
			case reflect.Int:
				f.SetInt(3)
			case reflect.Struct:
				fill(f)
			case reflect.Slice:
				f.Set(reflect.MakeSlice(f.Type(), 1, 1))
			}
		}
	}
}
