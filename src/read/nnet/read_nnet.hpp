// SPDX-License-Identifier: Apache-2.0
// Networks as text in the format of Reluplex and the NNet repository (.nnet): layers of ReLU, decimals, and the means
// and ranges by which inputs and outputs are normalised.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/query.hpp"

namespace sinew::read {

/// What the numbers are that conditions speak of.
enum class NnetValues {
    network,  ///< what enters the first layer and leaves the last one: (value - mean)/range of the data
    data,     ///< before normalisation: it becomes two more layers, exactly
};

struct NnetNetwork {
    /// The network, with domains from the file's least and greatest values; inputs are called x0, x1, …, outputs y0,
    /// …, and what stands between them h_1_0, h_2_0, … as Marabou's properties have it (odd: sums, even: after ReLU).
    model::Query query;
    /// What a reader of the answer should know: what conditions speak of, and that inputs keep to the file's ranges.
    std::vector<std::string> notes;
};

/// Reads a network (gzip-compressed or not). Decimals are exact. InputError with line and what was expected.
NnetNetwork read_nnet(const std::string& path, NnetValues values);
NnetNetwork parse_nnet(std::string_view text, const std::string& name, NnetValues values);

}  // namespace sinew::read
