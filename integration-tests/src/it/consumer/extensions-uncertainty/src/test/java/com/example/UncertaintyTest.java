package com.example;

import com.example.checks.ArtifactContract;

class UncertaintyTest extends ArtifactContract {

  UncertaintyTest() {
    super("extensions-uncertainty");
  }
}
