// SPDX-License-Identifier: Apache-2.0
// What the command line of sinew certify asks: how much may change, what counts as a violation, which ε.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "certify/certify.hpp"
#include "cli/classifier_file.hpp"
#include "cli/command.hpp"
#include "cli/examples.hpp"

namespace sinew::cli {

/// --epsilon, --epsilons, --norm and the others of the group "perturbation"; --scale, --layout, --mean, --std, --domain
/// of "real inputs".
void describe_perturbation(OptionGroups& options);
void describe_real_inputs(OptionGroups& options);

/// How the network's examples are read; --scale and --layout have a part in it. Throws InputError where these are for
/// a network of real inputs and this is none.
NetworkFacts facts_of(const Arguments& arguments, const Classifier& classifier);

/// Throws UsageError and InputError, naming the option, for what makes no sense or does not fit the network or the
/// data.
certify::Question certify_question(const Arguments& arguments, const Classifier& classifier, const Examples& examples);
certify::Asked asked_of(const Arguments& arguments, const Classifier& classifier);

/// The options on which answers depend.
nlohmann::json parameters_of(const Arguments& arguments);

}  // namespace sinew::cli
