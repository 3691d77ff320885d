import 'reflect-metadata'
import * as common from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { createAccessTokenVerifier, oktaAuth } from '@okta-resource-server/express'
import * as mcp from '@okta-resource-server/mcp'
import * as nestjs from '@okta-resource-server/nestjs'
import * as redis from '@okta-resource-server/redis'
import * as signals from '@okta-resource-server/signals'
import express from 'express'
import { Redis } from 'ioredis'
import { checkAll } from './check-all.cjs'

const own = { createAccessTokenVerifier, oktaAuth, mcp, nestjs, redis, signals }
checkAll({ ...own, common, NestFactory, express, Redis })
