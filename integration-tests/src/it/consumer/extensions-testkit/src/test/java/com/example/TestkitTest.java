package com.example;

import com.example.checks.ArtifactContract;

class TestkitTest extends ArtifactContract {

  TestkitTest() {
    super("extensions-testkit");
  }
}
