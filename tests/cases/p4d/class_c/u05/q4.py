import torch

# hidden size = 3, i write every number separately so i understand what happens

x = torch.tensor(1.5, requires_grad=True)
y = torch.tensor(2.0)

w1_1 = torch.tensor(0.4, requires_grad=True)
w1_2 = torch.tensor(-0.7, requires_grad=True)
w1_3 = torch.tensor(1.1, requires_grad=True)
b1_1 = torch.tensor(0.1, requires_grad=True)
b1_2 = torch.tensor(0.2, requires_grad=True)
b1_3 = torch.tensor(-0.3, requires_grad=True)
w2_1 = torch.tensor(0.9, requires_grad=True)
w2_2 = torch.tensor(-0.5, requires_grad=True)
w2_3 = torch.tensor(0.6, requires_grad=True)
b2 = torch.tensor(0.05, requires_grad=True)

# forward
z_1 = w1_1 * x + b1_1
z_2 = w1_2 * x + b1_2
z_3 = w1_3 * x + b1_3
a_1 = torch.relu(z_1)
a_2 = torch.relu(z_2)
a_3 = torch.relu(z_3)
y_hat = w2_1 * a_1 + w2_2 * a_2 + w2_3 * a_3 + b2 + x
loss = (y_hat - y) ** 2 / 2
print("y_hat", y_hat)
print("loss", loss)

loss.backward()

# my formulas
e = y_hat.item() - y.item()

if z_1.item() > 0:
    s_1 = 1
else:
    s_1 = 0
if z_2.item() > 0:
    s_2 = 1
else:
    s_2 = 0
if z_3.item() > 0:
    s_3 = 1
else:
    s_3 = 0

grad_b2 = e
grad_w2_1 = e * a_1.item()
grad_w2_2 = e * a_2.item()
grad_w2_3 = e * a_3.item()
grad_b1_1 = e * w2_1.item() * s_1
grad_b1_2 = e * w2_2.item() * s_2
grad_b1_3 = e * w2_3.item() * s_3
grad_w1_1 = grad_b1_1 * x.item()
grad_w1_2 = grad_b1_2 * x.item()
grad_w1_3 = grad_b1_3 * x.item()
grad_x = e * (1 + w2_1.item() * s_1 * w1_1.item() + w2_2.item() * s_2 * w1_2.item() + w2_3.item() * s_3 * w1_3.item())

print("b2   ", b2.grad.item(), grad_b2)
print("w2_1 ", w2_1.grad.item(), grad_w2_1)
print("w2_2 ", w2_2.grad.item(), grad_w2_2)
print("w2_3 ", w2_3.grad.item(), grad_w2_3)
print("w1_1 ", w1_1.grad.item(), grad_w1_1)
print("w1_2 ", w1_2.grad.item(), grad_w1_2)
print("w1_3 ", w1_3.grad.item(), grad_w1_3)
print("b1_1 ", b1_1.grad.item(), grad_b1_1)
print("b1_2 ", b1_2.grad.item(), grad_b1_2)
print("b1_3 ", b1_3.grad.item(), grad_b1_3)
print("x    ", x.grad.item(), grad_x)
# left = pytorch, right = mine. they are the same up to rounding!!
