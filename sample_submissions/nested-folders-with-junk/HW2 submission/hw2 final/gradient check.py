#!/usr/bin/env python3
import argparse

import torch


def parse():
	ap = argparse.ArgumentParser(description="HW2 problem 4d – gradient check")
	ap.add_argument("--hidden", type=int, default=6)
	ap.add_argument("--seed", type=int, default=314)
	ap.add_argument("--tol", type=float, default=1e-5)
	return ap.parse_args()


def check(args):
	torch.manual_seed(args.seed)
	w1 = torch.randn(args.hidden, 1).requires_grad_()
	c1 = torch.randn(args.hidden, 1).requires_grad_()
	w2 = torch.randn(1, args.hidden).requires_grad_()
	c2 = torch.randn(1, 1).requires_grad_()
	x = torch.randn(1, 1).requires_grad_()
	y = torch.randn(1, 1)

	u = w1.mm(x) + c1
	v = u.relu()
	prediction = w2.mm(v) + c2 + x
	loss = torch.nn.functional.mse_loss(prediction, y) / 2
	loss.backward()

	# chain rule, from the output back to the input
	error = (prediction - y).detach()
	du = w2.detach().t().mm(error) * u.detach().gt(0)
	formulas = [
		("dL/dW1", w1.grad, du.mm(x.detach().t())),
		("dL/db1", c1.grad, du),
		("dL/dW2", w2.grad, error.mm(v.detach().t())),
		("dL/db2", c2.grad, error),
		("dL/dx", x.grad, error + w1.detach().t().mm(du)),
	]
	for name, automatic, formula in formulas:
		gap = float((automatic - formula).abs().max())
		print(name, "gap", gap, "ok" if gap < args.tol else "NOT OK")


if __name__ == "__main__":
	check(parse())
