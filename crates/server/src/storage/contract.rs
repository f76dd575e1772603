//! What every storage must do; each implementation runs these checks in its tests.
