package com.example;

import com.example.checks.ArtifactContract;

class NetworkTest extends ArtifactContract {

  NetworkTest() {
    super("extensions-network");
  }
}
