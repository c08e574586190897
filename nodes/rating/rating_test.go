package rating_test

import (
	"testing"

	"foyer/nodes/nodestest"
	"foyer/nodes/rating"
)

func TestFixtures(t *testing.T) { nodestest.Play(t, rating.Kind{}) }
