// Networks of sign and hardlim neurons over the reals: the engines made for them beside the general ones.
#pragma once

#include "verify/verify.hpp"

namespace sinew::verify {

/// Whether all neurons are sign, signum or hardlim (or identities), and there are some.
bool is_binarized(const model::Query& query);

/// With Strategy::binarized: by binarized::Search alone; throws UsageError where the query is none for it.
model::Verdict decide_binarized(const model::Query& query, const Options& options, Observer& observer);

}  // namespace sinew::verify
