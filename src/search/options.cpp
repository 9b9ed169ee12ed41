// SPDX-License-Identifier: Apache-2.0
#include "search/options.hpp"

#include "search/attack.hpp"

namespace sinew::search {

const OptionTable<BoxOptions>& box_option_table() {
    using Options = BoxOptions;
    static const OptionRow<Options> rows[] = {
        {"learning", &Options::learning, 0, 2, "clauses from refuted nodes: 0 none, 1 sought where it pays, 2 always"},
        {"attack_interval", &Options::attack_interval, 1, 1e9, "nodes between two attacks on an open box, at least"},
        {"attack_share", &Options::attack_share, 1, 1e9, "of the nodes so far, one in so many between two attacks"},
        {"longest_dive", &Options::longest_dive, 1, 1e6, "nodes a dive follows before the pool chooses again"},
        {"input_trials", &Options::input_trials, 0, 1e9, "splits of inputs seen before kinds are compared"},
        {"phase_trials", &Options::phase_trials, 0, 1e9, "splits of phases seen before kinds are compared"},
        {"retry_interval", &Options::retry_interval, 1, 1e9, "choices between two tries of the worse kind"},
        {"most_open", &Options::most_open, 0, 1e9, "open phases beyond which phases are not split"},
        {"couple", &Options::couple, 0, 1, "matching neurons of two networks are bounded together"},
        {"gain_memory", &Options::gain_memory, 1e-6, 1, "weight of a split's gain in the running means"},
    };
    static const OptionTable<Options> table{"boxes", "branch and bound over boxes of inputs and phases", rows};
    return table;
}

const OptionTable<PhaseOptions>& phase_option_table() {
    using Options = PhaseOptions;
    static const OptionRow<Options> rows[] = {
        {"root_steps", &Options::root_steps, 0, 1e6, "ascent steps for each intermediate bound"},
        {"steps", &Options::steps, 1, 1e6, "ascent steps of a node"},
        {"rounds", &Options::rounds, 0, 100, "of tree and refinement by turns, before the tree goes on alone"},
        {"first_passes", &Options::first_passes, 1, 1e12, "through the network, of the first tree"},
        {"first_splits", &Options::first_splits, 1, 1e6, "of a neuron's tree in the first refinement"},
    };
    static const OptionTable<Options> table{"phases", "the tree over ReLU phases, for many inputs", rows};
    return table;
}

const OptionTable<RefineOptions>& refine_option_table() {
    using Options = RefineOptions;
    static const OptionRow<Options> rows[] = {
        {"finest", &Options::finest, 1e-15, 1, "lines off by less are not refined"},
        {"worth_refining", &Options::worth_refining, 0, 1, "of the worst neuron's error: those above are refined too"},
        {"least_share", &Options::least_share, 0.001, 0.5, "of a segment, between a cut and the segment's ends"},
        {"neighbourhood", &Options::neighbourhood, 0, 10, "around a relaxed solution, relatively, that is attacked"},
    };
    static const OptionTable<Options> table{"refine", "tanh and sigmoid between lines, refined where these are off",
                                            rows};
    return table;
}

const OptionTable<AttackOptions>& attack_option_table() {
    using Options = AttackOptions;
    static const OptionRow<Options> rows[] = {
        {"groups", &Options::groups, 1, 1e6, "descents of sixteen points each (attacks on whole queries make more)"},
        {"steps", &Options::steps, 0, 1e6, "gradient steps of each"},
        {"first_step", &Options::first_step, 1e-6, 10, "in widths of the box"},
        {"last_step", &Options::last_step, 1e-9, 10, "in widths of the box"},
        {"refinements", &Options::refinements, 0, 1e6, "steps of linear programming at the best point found"},
    };
    static const OptionTable<Options> table{"attack", "gradients that look for a counterexample over reals", rows};
    return table;
}

const OptionTable<LazyOptions>& lazy_option_table() {
    using Options = LazyOptions;
    static const OptionRow<Options> rows[] = {
        {"strengthen", &Options::strengthen, 0, 1, "bound neurons and fix phases before the first decision"},
    };
    static const OptionTable<Options> table{"lazy", "clause learning over linear arithmetic (see sat and linear)",
                                            rows};
    return table;
}

}  // namespace sinew::search
