# Problem 4 (d)
# I take h = 1 so every quantity is just a number and I can follow it by hand.
import math
import torch
import torch.nn as nn

w1 = nn.Parameter(torch.tensor([0.8]))
b1 = nn.Parameter(torch.tensor([-0.3]))
w2 = nn.Parameter(torch.tensor([1.7]))
b2 = nn.Parameter(torch.tensor([0.25]))
x = torch.tensor([1.4], requires_grad=True)
y = torch.tensor([0.6])

relu = nn.ReLU()
y_hat = w2 * relu(w1 * x + b1) + b2 + x
loss = 0.5 * (y_hat - y) ** 2
loss.backward()

# by hand with ordinary floats
X, Y = x.item(), y.item()
A, B, C, D = w1.item(), b1.item(), w2.item(), b2.item()

z = A * X + B
a = z if z > 0 else 0.0
pred = C * a + D + X
err = pred - Y
slope = 1.0 if z > 0 else 0.0

grad_b2 = err
grad_w2 = err * a
grad_w1 = err * C * slope * X
grad_b1 = err * C * slope
grad_x = err * (1 + C * slope * A)

print("z = %.4f, prediction = %.4f, error = %.4f" % (z, pred, err))
print("parameter   by hand      autograd     equal?")
print("b2       %10.6f   %10.6f   %s" % (grad_b2, b2.grad.item(), math.isclose(grad_b2, b2.grad.item(), rel_tol=1e-5)))
print("w2       %10.6f   %10.6f   %s" % (grad_w2, w2.grad.item(), math.isclose(grad_w2, w2.grad.item(), rel_tol=1e-5)))
print("w1       %10.6f   %10.6f   %s" % (grad_w1, w1.grad.item(), math.isclose(grad_w1, w1.grad.item(), rel_tol=1e-5)))
print("b1       %10.6f   %10.6f   %s" % (grad_b1, b1.grad.item(), math.isclose(grad_b1, b1.grad.item(), rel_tol=1e-5)))
print("x        %10.6f   %10.6f   %s" % (grad_x, x.grad.item(), math.isclose(grad_x, x.grad.item(), rel_tol=1e-5)))
