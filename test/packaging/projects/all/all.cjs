require('reflect-metadata')
const common = require('@nestjs/common')
const { NestFactory } = require('@nestjs/core')
const { createAccessTokenVerifier, oktaAuth } = require('@okta-resource-server/express')
const mcp = require('@okta-resource-server/mcp')
const nestjs = require('@okta-resource-server/nestjs')
const redis = require('@okta-resource-server/redis')
const signals = require('@okta-resource-server/signals')
const express = require('express')
const { Redis } = require('ioredis')
const { checkAll } = require('./check-all.cjs')

const own = { createAccessTokenVerifier, oktaAuth, mcp, nestjs, redis, signals }
checkAll({ ...own, common, NestFactory, express, Redis })
