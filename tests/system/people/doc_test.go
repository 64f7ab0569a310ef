// Package people_test lets people and classifiers change the same tickets at the same time, on real stores,
// and looks who won.
package people_test
