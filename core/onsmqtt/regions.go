package onsmqtt

import "slices"

// Regions with endpoints of the API. The list comes from the API's metadata of April 2026 and from the endpoint page of
// July 2025: https://www.alibabacloud.com/help/en/doc-detail/181438.htm
//
// ap-southeast-2 was closed. New regions will be added, so callers must be able to bypass the list.
var regions = [...]string{
	"ap-northeast-1", "ap-southeast-1", "ap-southeast-3", "ap-southeast-5", "ap-southeast-6",
	"cn-beijing", "cn-chengdu", "cn-guangzhou", "cn-hangzhou", "cn-hangzhou-finance", "cn-heyuan-acdr-1", "cn-hongkong",
	"cn-huhehaote", "cn-qingdao", "cn-shanghai", "cn-shanghai-finance-1", "cn-shenzhen", "cn-shenzhen-finance-1",
	"cn-wulanchabu", "cn-zhangjiakou",
	"eu-central-1", "eu-west-1", "me-central-1", "us-east-1", "us-west-1",
	internetAccess,
}

// internetAccess is the region of instances that are only on the public network.
const internetAccess = "mq-internet-access"

// Regions returns the known regions of a network, "public" or "vpc".
func Regions(network string) []string {
	known := slices.Clone(regions[:])
	if network == "vpc" {
		known = slices.DeleteFunc(known, func(region string) bool { return region == internetAccess })
	}
	return known
}
