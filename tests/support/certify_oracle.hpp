// SPDX-License-Identifier: Apache-2.0
// Certification against enumeration: one random question after the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bnn/certify.hpp"
#include "model/binarized.hpp"

namespace support {

struct OracleCase {
    /// What sinew and the enumeration disagree on; absent: nothing.
    std::optional<std::string> disagreement;
    std::string verdict;  ///< of sinew, e.g. "falsified by attack"
};

/// The question that a seed stands for: a random network with at most `most_inputs` inputs, an example, a perturbation
/// of any norm, and its answer by looking at every input that matters.
class CertifyCase {
  public:
    CertifyCase(std::uint64_t seed, std::size_t most_inputs);

    /// Sinew's verdict and, over whole-number inputs, its least distance in all four norms, against enumeration.
    OracleCase ask();

    /// Exact evaluation of the network as it was trained.
    bool violates(const std::vector<sinew::Rational>& point) const;
    /// The least distance of a violation within the perturbation.
    std::optional<sinew::Rational> nearest(const sinew::threshold::Perturbation& within);

    sinew::model::InputKind kind = sinew::model::InputKind::bits;
    sinew::model::BinarizedNetwork network;
    std::vector<sinew::Rational> input;
    std::size_t label = 0;
    sinew::bnn::CertifyOptions options;
    sinew::threshold::Perturbation perturbation;

  private:
    bool violates_again(const std::vector<sinew::Rational>& point);
    std::vector<sinew::Rational> values_of(std::size_t i, const std::optional<sinew::Rational>& reach) const;
    std::optional<std::string> ask_minimal(const sinew::bnn::Subject& subject);

    std::vector<std::optional<bool>> known_;
};

/// ask() of the case, an exception being a disagreement.
OracleCase ask_certification(std::uint64_t seed, std::size_t most_inputs);

}  // namespace support
