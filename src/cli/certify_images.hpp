// SPDX-License-Identifier: Apache-2.0
// sinew certify --images: adversarial examples as pictures that a person compares.
#pragma once

#include <string>
#include <vector>

#include "cli/certify_record.hpp"
#include "cli/examples.hpp"

namespace sinew::cli {

class CertifyImages {
  public:
    /// Makes the folder. Throws InputError naming `network` where it reads no images, OutputError where nothing can be
    /// written there.
    CertifyImages(std::string folder, const Examples& examples, const std::string& network);

    /// Of an example with an adversarial input three files: ROW_LABEL_as_CLASS_original.png, …_adversarial.png and
    /// …_difference.png, where grey is no change, and the greatest change is black or white.
    void write(const CertifyRecord& record, const std::vector<Rational>& input) const;

  private:
    std::string folder_;
    const Examples& examples_;
};

}  // namespace sinew::cli
